import { type Distribution, isCold } from "../../../nn/index.js";
import { add, log, maximum, where } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Keeps the logarithm of a temperature finite; a temperature that low counts as 0. */
const LOWEST = 1e-6;

/**
 * A draw of a symmetric distribution whose scale is multiplied by a temperature.
 *
 * @param distribution  of a log-scale; takes one uniform number, ½ for its centre
 * @param temperature   float scalar ≥ 0; 1 where absent. At 0 every draw is the centre
 */
export function drawTempered(
  distribution: (logScale: Tensor) => Distribution,
  logScale: Tensor,
  uniform: Tensor,
  temperature: Tensor | undefined,
): Tensor {
  if (temperature === undefined) return distribution(logScale).sample(uniform);
  const scaled = add(logScale, log(maximum(temperature, LOWEST)));
  return distribution(scaled).sample(where(isCold(temperature), 0.5, uniform));
}
