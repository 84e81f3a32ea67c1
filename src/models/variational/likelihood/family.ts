import type { Scope } from "../../../nn/scope.js";
import type { NoiseDistribution } from "../../../tensor/primitives.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** The distribution of each pixel, independent of the others, as a decoder's output describes it. */
export interface PixelDistribution {
  /** log p of each value of images in [0, 1], in nats; broadcasts over leading axes. */
  logProb(pixelsUnit: Tensor): Tensor;
  /** The mean of each pixel, or another centre; [0, 1] or beyond. */
  centre(): Tensor;
  /**
   * @param noise        in the shape of the centre, of the family's distribution
   * @param temperature  float scalar ≥ 0 that scales the spread; 1 where absent
   */
  draw(noise: Tensor, temperature?: Tensor): Tensor;
}

/** A family of pixel distributions. */
export interface PixelFamily {
  /** Numbers that a decoder computes for each value of an image. */
  readonly outputs: number;
  readonly noise: NoiseDistribution;
  /**
   * @param scope       holds what is learned besides the decoder
   * @param parameters  `outputs` tensors [..., C, H, W]
   */
  distribution(scope: Scope, parameters: readonly Tensor[]): PixelDistribution;
}
