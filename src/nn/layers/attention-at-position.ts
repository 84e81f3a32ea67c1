import { ShapeError } from "../../tensor/errors.js";
import { add } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { concat, expandDims, sliceAxis, squeeze } from "../../tensor/ops/rearrange.js";
import { softmax } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import {
  attentionScores,
  type HeadOptions,
  joinHeads,
  type KeysAndValues,
  keysAndValues,
  projectHeads,
} from "./attention-heads.js";
import { axisLength } from "./axis-length.js";

/** What a position attends to, itself among it. */
export interface SeenPositions {
  /** In parts, each [B, heads, L, D / heads] with a static L. */
  readonly parts: readonly KeysAndValues[];
  /**
   * [ΣL], added to the scores before the softmax: 0, or {@link HIDDEN} where there is nothing to see. What
   * lies there must be finite.
   */
  readonly mask: Tensor;
}

export interface AttentionAtPositionOptions extends HeadOptions {
  /** What x attends to, given its own key and value, each [B, heads, 1, D / heads]. */
  readonly see: (own: KeysAndValues) => SeenPositions;
}

/** The result of attention at a position, with what it attended to. */
export interface AttendedPosition {
  /** [B, D] */
  readonly y: Tensor;
  readonly seen: SeenPositions;
}

/**
 * One position of causal {@link multiHeadAttention}, for a sampler that draws position by position:
 * the keys and values of earlier positions come from a cache.
 *
 * @param x  [B, D]
 * @throws ShapeError when the length of a part is symbolic, or a shape does not fit
 */
export function attentionAtPosition(
  scope: Scope,
  x: Tensor,
  options: AttentionAtPositionOptions,
): AttendedPosition {
  if (x.shape.length !== 2) throw new ShapeError("attentionAtPosition", "needs [B, D]", [x.shape]);
  const features = axisLength("attentionAtPosition", x, 1);
  const sequence = expandDims(x, 1);
  const query = projectHeads(scope.child("query"), sequence, options, features);
  const seen = options.see(keysAndValues(scope, sequence, options, features));
  const { parts, mask } = seen;
  const lengths = parts.map(({ values }) => axisLength("attentionAtPosition", values, 2));
  const scores = concat(
    parts.map(({ keys }) => attentionScores(query, keys)),
    -1,
  );
  const weights = softmax(add(scores, mask), -1);
  let end = 0;
  const attended = parts.map(({ values }, part) => {
    const start = end;
    end += lengths[part];
    return matmul(sliceAxis(weights, -1, { start, end }), values);
  });
  return { y: squeeze(joinHeads(scope, attended.reduce(add), options), 1), seen };
}

/** A window of keys and values, moved on by the newest positions: as many of the oldest leave it. */
export function movedOn(window: KeysAndValues, newest: KeysAndValues): KeysAndValues {
  const after = (before: Tensor, next: Tensor): Tensor => {
    const [length, count] = [before, next].map((part) => axisLength("movedOn", part, 2));
    return length === count ? next : concat([sliceAxis(before, 2, { start: count }), next], 2);
  };
  return {
    keys: after(window.keys, newest.keys),
    values: after(window.values, newest.values),
  };
}
