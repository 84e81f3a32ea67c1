import { mul } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Judged, squaredGradientNorm } from "./squared-gradient-norm.js";

/**
 * R2: γ/2 · ‖∇D(x)‖² at drawn images. Together with R1 it keeps relativistic pairing from diverging.
 *
 * @param drawn   drawn images that the discriminator judged; nothing flows back to their generator
 * @param weight  γ
 * @returns       [N]
 * @source Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, equation 10; Huang et al. 2024,
 *         arXiv:2501.05441, section 2.2
 */
export const r2 = (drawn: Judged, weight: number): Tensor =>
  mul(squaredGradientNorm(drawn), weight / 2);
