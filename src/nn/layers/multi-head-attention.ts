import { ShapeError } from "../../tensor/errors.js";
import { add } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { softmax } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
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

export interface MultiHeadAttentionOptions extends HeadOptions {
  /**
   * The sequence that is looked at, [B, S, D'], or its {@link keysAndValues} where several passes look
   * at the same one; x itself by default.
   */
  readonly context?: Tensor | KeysAndValues | undefined;
  /** Whether a position sees itself and those before it only; false by default. */
  readonly causal?: boolean;
  /** Added to the scores before the softmax; it broadcasts to [B, heads, T, S]. */
  readonly mask?: Tensor | undefined;
}

/**
 * Multi-head attention: softmax(Q·Kᵀ / √d + mask)·V in each head, with the projections `query`, `key`,
 * `value` and `output`.
 *
 * @param x  [B, T, D]
 * @returns  [B, T, D]
 * @throws ShapeError when the heads do not divide D, a rank or the batches differ, or the attention is
 *                    causal and the sequences have no common static length
 * @source Vaswani et al. 2017, arXiv:1706.03762, section 3.2
 */
export function multiHeadAttention(
  scope: Scope,
  x: Tensor,
  options: MultiHeadAttentionOptions,
): Tensor {
  const { context = x, causal = false, mask } = options;
  const features = axisLength("attention", x, -1);
  const queries = projectHeads(scope.child("query"), x, options, features);
  const { keys, values } =
    "keys" in context ? context : keysAndValues(scope, context, options, features);
  let scores = attentionScores(queries, keys);
  if (mask !== undefined) scores = add(scores, mask);
  if (causal) scores = add(scores, causalMask(queries, keys));
  return joinHeads(scope, matmul(softmax(scores, -1), values), options);
}

/** [T, T]: 0 where a position may look, a score that hides ahead of it. */
function causalMask(queries: Tensor, keys: Tensor): Tensor {
  const [length, seen] = [queries.shape[2], keys.shape[2]];
  if (typeof length !== "number" || length !== seen) {
    throw new ShapeError("attention", "causal attention needs one static length", [
      queries.shape,
      keys.shape,
    ]);
  }
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? HIDDEN : 0,
  );
  return constant(mask, [length, length], queries.dtype);
}
