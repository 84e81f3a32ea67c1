import { mul } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Judged, squaredGradientNorm } from "./squared-gradient-norm.js";

/**
 * R1: γ/2 · ‖∇D(x)‖² at real images. A discriminator that is flat at the data leaves the generator
 * in peace once it is there.
 *
 * @param real    real images that the discriminator judged
 * @param weight  γ
 * @returns       [N]
 * @source Mescheder, Geiger & Nowozin 2018, arXiv:1801.04406, equation 9
 */
export const r1 = (real: Judged, weight: number): Tensor =>
  mul(squaredGradientNorm(real), weight / 2);
