import { add, div, sqrt, square } from "../../tensor/ops/elementwise.js";
import { mean } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";

/**
 * Pixelwise feature normalisation: divides the channels at each position by their root mean square.
 *
 * @param x    [N, C] or [N, C, H, W]
 * @param eps  added to the mean square; 1e-8 by default
 * @source Karras, Aila, Laine & Lehtinen 2018, arXiv:1710.10196, section 4.2
 */
export function pixelNorm(x: Tensor, eps = 1e-8): Tensor {
  return div(x, sqrt(add(mean(square(x), 1, true), eps)));
}
