import type { Tensor } from "../../../tensor/tensor.js";

/**
 * Maps a network's outputs to the distribution of a pixel.
 *
 * A network computes `outputs` numbers for each pixel from the pixels before it in raster order, in
 * `groups` runs of equal length. The network lets the numbers of run g also depend on the pixel's own
 * channels before channel g. With a single run they do not, and the head itself conditions the channels
 * on each other.
 */
export interface Head {
  readonly kind: "binary" | "categorical" | "logistic";
  /** Number of network outputs for one pixel with all its channels. */
  readonly outputs: number;
  /** Number of runs in `outputs`: the number of channels, or 1. */
  readonly groups: number;
  /** Number of uniform numbers that a draw of one pixel needs. */
  readonly uniforms: number;
  /** What a score under this head measures, for its protocol. */
  readonly describes: string;
  /** Pixels of any shape as the network reads them, in [−1, 1]. */
  embed(pixelsUnit: Tensor): Tensor;
  /**
   * −log p of whole images.
   *
   * @param parameters  [B, outputs, H, W]
   * @param pixelsUnit  [B, C, H, W] in [0, 1], each at one of the head's levels
   * @returns           [B] nats
   */
  nll(parameters: Tensor, pixelsUnit: Tensor): Tensor;
  /**
   * Draws one pixel. With one run per channel, the value of a channel depends only on its own run.
   *
   * @param parameters  [B, outputs]
   * @returns           [B, C] in [0, 1]
   */
  draw(parameters: Tensor, spread: Spread): Tensor;
}

/** Noise and temperature of a draw. */
export interface Spread {
  /** [B, uniforms] in [0, 1) */
  readonly uniforms: Tensor;
  /**
   * Float scalar ≥ 0 that divides logits and multiplies scales. At 1 the draw follows the model's own
   * distribution. At 0 it is the mode: the likeliest value, or the mean of the likeliest component.
   */
  readonly temperature: Tensor;
}
