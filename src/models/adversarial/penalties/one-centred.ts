import { add, mul, sqrt, square, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Judged, squaredGradientNorm } from "./squared-gradient-norm.js";

/** Keeps the root's slope finite at a gradient of 0. */
const EPS = 1e-12;

/**
 * The gradient penalty of WGAN-GP: λ (‖∇D(x̂)‖ − 1)² at points between real and drawn images.
 *
 * @param middle  points that the discriminator judged, from `between`
 * @param weight  λ
 * @returns       [N]
 * @source Gulrajani et al. 2017, arXiv:1704.00028, equation 3
 */
export const oneCentredPenalty = (middle: Judged, weight: number): Tensor =>
  mul(square(sub(sqrt(add(squaredGradientNorm(middle), EPS)), 1)), weight);
