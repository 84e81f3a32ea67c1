import { cast, mul } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { full, range, type Tensor } from "../../../tensor/tensor.js";
import type { ChainShape } from "./chain.js";

/** [B, T, N] → [B·T, N] */
const stacked = (x: Tensor): Tensor => reshape(x, [-1, x.shape[2]]);

/**
 * Expected features of each state.
 *
 * @param responsibilities  [B, T, K] weighted p(state t | …)
 * @param features          [B, T, F]
 * @returns                 [K, F]
 */
export function emissionSums(responsibilities: Tensor, features: Tensor): Tensor {
  const weights = cast(responsibilities, features.dtype);
  return matmul(stacked(weights), stacked(features), { transposeA: true });
}

/**
 * Σ over steps t of `before` at t times `after` at t + 1.
 *
 * @param before  [B, T, K]; the last step is not read
 * @param after   [B, T, K]; the first step is not read
 * @returns       [K, K] from (row) to (column)
 */
export function transitionSums(before: Tensor, after: Tensor): Tensor {
  const [, length, states] = before.shape as readonly [string | number, number, number];
  if (length === 1) return full([states, states], 0);
  const [from, to] = [sliceAxis(before, 1, { end: length - 1 }), sliceAxis(after, 1, { start: 1 })];
  return matmul(stacked(from), stacked(to), { transposeA: true });
}

/** The sums within each class of those over the states of all: [C·K, C·K] → [C, K, K] */
export function withinClasses(sums: Tensor, { states, classes }: ChainShape): Tensor {
  if (classes === 0) return sums;
  const own = expandDims(expandDims(oneHot(range(classes, "int32"), classes, sums.dtype), 1), 3);
  return sum(mul(reshape(sums, [classes, states, classes, states]), own), 2);
}
