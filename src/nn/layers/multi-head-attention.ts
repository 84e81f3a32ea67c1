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
   * The sequence to attend to, [B, S, D'], or its {@link keysAndValues} where several passes share
   * one; x itself by default.
   */
  readonly context?: Tensor | KeysAndValues | undefined;
  /** Added to the scores before the softmax, such as {@link causalMask}; broadcasts to [B, heads, T, S]. */
  readonly mask?: Tensor | undefined;
}

/**
 * Multi-head attention: softmax(Q·Kᵀ / √d + mask)·V in each head, with the projections `query`, `key`,
 * `value` and `output`.
 *
 * @param x  [B, T, D]
 * @returns  [B, T, D]
 * @throws ShapeError when the heads do not divide D, or a shape does not fit
 * @source Vaswani et al. 2017, arXiv:1706.03762, section 3.2
 */
export function multiHeadAttention(
  scope: Scope,
  x: Tensor,
  options: MultiHeadAttentionOptions,
): Tensor {
  const { context = x, mask } = options;
  const features = axisLength("attention", x, -1);
  const queries = projectHeads(scope.child("query"), x, options, features);
  const { keys, values } =
    "keys" in context ? context : keysAndValues(scope, context, options, features);
  const scores = attentionScores(queries, keys);
  const weights = softmax(mask === undefined ? scores : add(scores, mask), -1);
  return joinHeads(scope, matmul(weights, values), options);
}

/**
 * The mask of causal attention, [T, T]: each position sees itself and those before it. Layers can
 * share one mask and so its memory.
 */
export function causalMask(length: number): Tensor {
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? HIDDEN : 0,
  );
  return constant(mask, [length, length]);
}
