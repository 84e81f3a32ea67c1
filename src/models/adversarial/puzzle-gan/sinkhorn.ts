import { logSoftmax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * The Sinkhorn operator: scales the columns and rows of exp(logits) in turn until both add up to about 1,
 * so that no place is likely for two pieces at once. The rows add up to 1 exactly.
 *
 * @param logits  [B, K, K] of places for each piece
 * @returns       [B, K, K] logarithms
 * @source Mena et al. 2018, arXiv:1802.08665, section 2.1
 */
export function logSinkhorn(logits: Tensor, rounds: number): Tensor {
  let scaled = logits;
  for (let round = 0; round < rounds; round++) scaled = logSoftmax(logSoftmax(scaled, 1), 2);
  return scaled;
}
