import { categorical, temperedClassLogits } from "../../../nn/index.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * Draws classes.
 *
 * @param logits       [..., K]
 * @param uniform      [...] in [0, 1)
 * @param temperature  float scalar ≥ 0 that divides the logits; 0 gives the likeliest class
 * @returns            int64 [...]
 */
export function drawClass(logits: Tensor, uniform: Tensor, temperature: Tensor): Tensor {
  return categorical(temperedClassLogits(logits, temperature)).sample(uniform);
}
