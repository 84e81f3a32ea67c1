import { add, div, exp, log, maximum, mul, neg, sub } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { transpose } from "../../../tensor/ops/rearrange.js";
import { countAlong, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** The least probability whose logarithm is taken. */
const LEAST = 1e-6;

/**
 * Minus the mutual information between the categories of images and of the same images changed a
 * little: it is least where an image keeps its category, is sure of it, and all categories are as frequent.
 *
 * The joint distribution P of both categories is that of the batch; each image gets its own share of
 * −Σ P(k, l) log P(k, l) / P(k) P(l).
 *
 * @param logProbs  [B, K] of the images
 * @param changed   [B, K] of the same images changed
 * @param evenness  λ of −Σ P(k, l) log P(k, l) / (P(k) P(l))^λ, at least 1; with more than 1, the entropies
 *                  of the categories, largest where all are as frequent, count more than that of the pairs
 * @returns         [B] nats, with the mean −I for λ = 1
 * @source Ji, Henriques & Vedaldi 2019, arXiv:1807.06653, equation 3, and λ from the authors' code
 *         (`lamb` in github.com/xu-ji/IIC); beside a generator: Ojha et al. 2020, arXiv:1910.01112,
 *         section 3.2
 */
export function groupingNats(logProbs: Tensor, changed: Tensor, evenness = 1): Tensor {
  const [p, q] = [exp(logProbs), exp(changed)];
  const pairs = div(matmul(p, q, { transposeA: true }), countAlong(logProbs, [0]));
  const joint = mul(add(pairs, transpose(pairs, [1, 0])), 0.5);
  const safeLog = (x: Tensor) => log(maximum(x, LEAST));
  const [rows, columns] = [1, 0].map((axis) => safeLog(sum(joint, axis, true)));
  const information = sub(safeLog(joint), mul(add(rows, columns), evenness));
  return neg(sum(mul(matmul(p, information), q), 1));
}
