import { ShapeError } from "../../tensor/errors.js";
import { add, cast, equal, where } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { concat, expandDims, sliceAxis, squeeze } from "../../tensor/ops/rearrange.js";
import { softmax } from "../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import {
  attentionScores,
  type HeadOptions,
  HIDDEN,
  joinHeads,
  type KeysAndValues,
  keysAndValues,
  projectHeads,
} from "./attention-heads.js";
import { axisLength } from "./axis-length.js";

/** Keys and values of cached positions, each [B, heads, L, D / heads] with a static L. */
export interface PastPositions extends KeysAndValues {
  /** bool [L]: the places that hold positions before x's. Others are ignored, but must be finite. */
  readonly isPast: Tensor;
  /** [L], added to the scores before the softmax; nothing by default. */
  readonly mask?: Tensor | undefined;
}

export interface AttentionAtPositionOptions extends HeadOptions {
  /** The positions before x's, in parts. */
  readonly past: readonly PastPositions[];
}

/** The result of attention at a position, with its key and value for the cache. */
export interface AttendedPosition {
  /** [B, D] */
  readonly y: Tensor;
  /** Key and value of this position alone: [B, heads, 1, D / heads]. */
  readonly added: KeysAndValues;
}

/**
 * One position of causal {@link multiHeadAttention}, for a sampler that draws position by position:
 * the keys and values of earlier positions come from a cache. A position always sees itself.
 *
 * @param x  [B, D]
 * @throws ShapeError when the length of a part is symbolic, or a shape does not fit
 */
export function attentionAtPosition(
  scope: Scope,
  x: Tensor,
  options: AttentionAtPositionOptions,
): AttendedPosition {
  const { past } = options;
  if (x.shape.length !== 2) throw new ShapeError("attentionAtPosition", "needs [B, D]", [x.shape]);
  const features = axisLength("attentionAtPosition", x, 1);
  const sequence = expandDims(x, 1);
  const query = projectHeads(scope.child("query"), sequence, options, features);
  const added = keysAndValues(scope, sequence, options, features);
  const lengths = past.map(({ values }) => axisLength("attentionAtPosition", values, 2));
  const ofPast = past.map(({ keys, isPast, mask }) => {
    const scores = where(isPast, attentionScores(query, keys), HIDDEN);
    return mask === undefined ? scores : add(scores, mask);
  });
  const weights = softmax(concat([...ofPast, attentionScores(query, added.keys)], -1), -1);
  let end = 0;
  const seen = [...past, added].map(({ values }, part) => {
    const start = end;
    end += lengths[part] ?? 1;
    return matmul(sliceAxis(weights, -1, { start, end }), values);
  });
  return { y: squeeze(joinHeads(scope, seen.reduce(add), options), 1), added };
}

/**
 * A cache with the keys and values of one more position at a place where it must still be 0: adding to all
 * of it takes a fraction of the time of choosing.
 *
 * @param place  int32 or int64 scalar
 */
export function withAdded(
  cache: KeysAndValues,
  added: KeysAndValues,
  place: Tensor,
): KeysAndValues {
  const length = axisLength("withAdded", cache.keys, 2);
  const here = expandDims(cast(equal(range(length, place.dtype), place), "float32"), 1);
  return {
    keys: add(cache.keys, matmul(here, added.keys)),
    values: add(cache.values, matmul(here, added.values)),
  };
}
