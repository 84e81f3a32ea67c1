import type { Tensor } from "../../../tensor/tensor.js";

/**
 * How the distribution of a pixel is read from what a network says of it.
 *
 * A network gives each pixel `outputs` numbers that depend on the pixels before it in raster order.
 * They are `groups` runs of equal length. The numbers of run g may also depend on the channels
 * before channel g of the same pixel, which the network sees to; with one run they may not, and the
 * head itself conditions the channels upon each other.
 */
export interface Head {
  readonly kind: "binary" | "categorical" | "logistic";
  /** Numbers that describe one pixel with all its channels. */
  readonly outputs: number;
  /** Runs of `outputs`: the number of channels, or 1. */
  readonly groups: number;
  /** Uniform numbers that a draw of one pixel takes. */
  readonly uniforms: number;
  /** What a score under this head is a score of, in words. */
  readonly describes: string;
  /** Pixels as a network reads them, in [−1, 1]; any shape. */
  embed(pixelsUnit: Tensor): Tensor;
  /**
   * −log p of whole images.
   *
   * @param parameters  [B, outputs, H, W]
   * @param pixelsUnit  [B, C, H, W] in [0, 1], each one of the levels that the head knows
   * @returns           [B] nats
   */
  nll(parameters: Tensor, pixelsUnit: Tensor): Tensor;
  /**
   * Values of one pixel. Where there is a run for each channel, the value of a channel depends on its
   * own run alone.
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
