import { mul } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Judged, squaredGradientNorm } from "./squared-gradient-norm.js";

/**
 * A zero-centred gradient penalty: λ ‖∇D(x̂)‖² at points between real and drawn images.
 *
 * @param middle  points that the discriminator judged, from `between`
 * @param weight  λ
 * @returns       [N]
 * @source Thanh-Tung, Tran & Venkatesh 2019, arXiv:1902.03984, equation 8
 */
export const zeroCentredPenalty = (middle: Judged, weight: number): Tensor =>
  mul(squaredGradientNorm(middle), weight);
