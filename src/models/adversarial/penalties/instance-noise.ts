import { add, div, maximum, mul, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

export interface InstanceNoise {
  /** Standard deviation at the start of training, in the units of the images. */
  readonly std: number;
  /** Share of the training over which it falls to 0, in (0, 1]. */
  readonly share: number;
}

/**
 * Adds noise to real and drawn images alike, so that their distributions overlap and the
 * discriminator cannot tell them apart for sure. Its standard deviation falls linearly to 0.
 *
 * @param images    of any shape
 * @param normal    N(0, 1) of the same shape
 * @param progress  share of the training that is done, a scalar
 * @source Sønderby et al. 2017, arXiv:1610.04490, section 3.2; Arjovsky & Bottou 2017,
 *         arXiv:1701.04862, section 3
 */
export function withInstanceNoise(
  images: Tensor,
  normal: Tensor,
  progress: Tensor,
  { std, share }: InstanceNoise,
): Tensor {
  const left = maximum(sub(1, div(progress, share)), 0);
  return add(images, mul(normal, mul(left, std)));
}
