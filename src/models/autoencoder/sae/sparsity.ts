import { add, clip, log, mul, sub } from "../../../tensor/ops/elementwise.js";
import { scatterAddAlong } from "../../../tensor/ops/indexing.js";
import { broadcastTo, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import { mean, sum, topKIndices } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Mean activations are kept this far from 0 and 1, where the divergence is infinite. */
const EDGE = 1e-6;

/**
 * Σⱼ KL(ρ ‖ ρ̂ⱼ) between Bernoulli variables, ρ̂ⱼ being the batch's mean activation of unit j. The batch
 * has one such number, which each of its images gets.
 *
 * @param code  [B, Z] in (0, 1)
 * @returns     [B] nats
 * @source Ng 2011, Sparse autoencoder, CS294A lecture notes, section 3
 */
export function klToTarget(code: Tensor, target: number): Tensor {
  const rate = clip(mean(code, 0), EDGE, 1 - EDGE);
  const on = mul(sub(Math.log(target), log(rate)), target);
  const off = mul(sub(Math.log(1 - target), log(sub(1, rate))), 1 - target);
  return broadcastTo(sum(add(on, off)), [code.shape[0]]);
}

/** Σⱼ |aⱼ| of activations that are not negative: [B, Z] → [B] */
export const sumOfActivations = (code: Tensor): Tensor => sum(code, 1);

/**
 * Keeps the k largest activations of each image and sets the others to 0. Of equals the first are kept.
 *
 * @param code  [B, Z]
 * @source Makhzani & Frey 2013, k-Sparse Autoencoders, arXiv:1312.5663, section 2.1 (there with linear
 *         activations)
 */
export function keepLargest(code: Tensor, k: number): Tensor {
  const [batch, units] = code.shape;
  const largest = topKIndices(code, k, 1);
  const ones = add(zerosOfShape([batch, k]), 1);
  return mul(code, scatterAddAlong(ones, largest, 1, units));
}
