import { categorical } from "../../../nn/index.js";
import { div, greater, maximum, where } from "../../../tensor/ops/elementwise.js";
import { argMax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Temperatures below it are 0: logits divided by them would leave float32. */
export const LEAST_TEMPERATURE = 1e-6;

/**
 * Draws classes.
 *
 * @param logits       [..., K]
 * @param uniform      [...] in [0, 1)
 * @param temperature  float scalar ≥ 0 that divides the logits; 0 gives the likeliest class
 * @returns            int64 [...]
 */
export function drawClass(logits: Tensor, uniform: Tensor, temperature: Tensor): Tensor {
  const drawn = categorical(div(logits, maximum(temperature, LEAST_TEMPERATURE))).sample(uniform);
  return where(greater(temperature, LEAST_TEMPERATURE), drawn, argMax(logits, -1));
}
