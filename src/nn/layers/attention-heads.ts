import { ShapeError } from "../../tensor/errors.js";
import { mul } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { reshape, transpose } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Initialiser, Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { dense } from "./dense.js";

/**
 * A score that hides its position, but finite, so that a row of only hidden positions is not NaN.
 */
export const HIDDEN = -1e9;

export interface HeadOptions {
  /** Number of heads; it must divide the features. */
  readonly heads: number;
  /** Whether the projections have a bias; true by default. */
  readonly bias?: boolean;
  /** Initialiser of the weight and bias of `output`; with zeros, a residual branch starts at 0. */
  readonly outputInitialiser?: Initialiser | undefined;
}

/** Keys and values of a sequence per head, each [B, heads, S, features / heads]. */
export interface KeysAndValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/**
 * Computes the keys and values of a sequence with the projections `key` and `value`.
 *
 * @param sequence  [B, S, D']
 * @param features  length of the queries' vectors; D' by default
 * @throws ShapeError when the heads do not divide the features, or the rank differs
 */
export function keysAndValues(
  scope: Scope,
  sequence: Tensor,
  options: HeadOptions,
  features = axisLength("attention", sequence, -1),
): KeysAndValues {
  return {
    keys: projectHeads(scope.child("key"), sequence, options, features),
    values: projectHeads(scope.child("value"), sequence, options, features),
  };
}

/** Projects [B, T, D'] to [B, heads, T, features / heads], with one projection for all heads. */
export function projectHeads(
  scope: Scope,
  sequence: Tensor,
  { heads, bias = true }: HeadOptions,
  features: number,
): Tensor {
  if (sequence.shape.length !== 3) {
    throw new ShapeError("attention", "needs [B, T, D]", [sequence.shape]);
  }
  if (!Number.isInteger(heads) || heads < 1 || features % heads !== 0) {
    throw new ShapeError("attention", `${heads} heads do not divide ${features} features`);
  }
  const [batch, length] = sequence.shape;
  const rows = dense(scope, sequence, { features, bias });
  return transpose(reshape(rows, [batch, length, heads, features / heads]), [0, 2, 1, 3]);
}

/** Q·Kᵀ / √d of [B, heads, T, d] and [B, heads, S, d]: [B, heads, T, S]. */
export function attentionScores(queries: Tensor, keys: Tensor): Tensor {
  const width = axisLength("attention", queries, -1);
  return mul(matmul(queries, keys, { transposeB: true }), 1 / Math.sqrt(width));
}

/**
 * Concatenates the heads of [B, heads, T, d] and applies the projection `output`: [B, T, heads·d].
 */
export function joinHeads(scope: Scope, seen: Tensor, options: HeadOptions): Tensor {
  const { bias = true, outputInitialiser } = options;
  const [batch, , length] = seen.shape;
  const features = axisLength("attention", seen, 1) * axisLength("attention", seen, 3);
  const joined = reshape(transpose(seen, [0, 2, 1, 3]), [batch, length, features]);
  return dense(scope.child("output"), joined, {
    features,
    bias,
    weightInitialiser: outputInitialiser,
    biasInitialiser: outputInitialiser,
  });
}
