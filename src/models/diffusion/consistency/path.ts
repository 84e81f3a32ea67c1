import { add, clip, div, mul, sub } from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { levelsOf } from "../levels-of-a-batch.js";

/**
 * Estimates the images in states.
 *
 * @param z      [B, C, H, W] states at unit scale
 * @param sigma  [B] their noise levels
 * @returns      [B, C, H, W]
 */
export type TracedDenoise = (z: Tensor, sigma: Tensor) => Tensor;

/**
 * One step of Heun's method down the probability-flow ODE, as the samplers take it on the host.
 *
 * @param z     [B, C, H, W] states at unit scale
 * @param from  [B] their noise levels
 * @param to    [B] lower ones, above 0
 * @returns     [B, C, H, W] states at unit scale
 * @source Karras et al. 2022, arXiv:2206.00364, algorithm 1
 */
export function heunStep(denoise: TracedDenoise, z: Tensor, from: Tensor, to: Tensor): Tensor {
  const each = (sigma: Tensor) => reshape(sigma, [...sigma.shape, 1, 1, 1]);
  const noisy = (state: Tensor, sigma: Tensor) => div(state, levelsOf(sigma).alpha);
  const slope = (x: Tensor, state: Tensor, sigma: Tensor) =>
    div(sub(x, clip(denoise(state, sigma), -1, 1)), each(sigma));
  const { alpha } = levelsOf(to);
  const length = sub(each(to), each(from));
  const x = noisy(z, from);
  const first = slope(x, z, from);
  const ahead = add(x, mul(length, first));
  const second = slope(ahead, mul(ahead, alpha), to);
  return mul(add(x, mul(length, mul(add(first, second), 0.5))), alpha);
}
