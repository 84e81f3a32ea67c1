import { bernoulliNll } from "../../nn/index.js";
import { clip, sigmoid, square, sub } from "../../tensor/ops/elementwise.js";
import { flatten } from "../../tensor/ops/rearrange.js";
import { mean, sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";

/** What a decoder's last layer means. */
export interface Output {
  /** [B, C, H, W] pixels in [0, 1] */
  render(raw: Tensor): Tensor;
  /** What is minimised, summed over an image: [B] */
  loss(raw: Tensor, pixelsUnit: Tensor): Tensor;
}

/**
 * The output under squared error or cross-entropy. Pixels are a sigmoid of the decoder's output, but
 * for a linear decoder under squared error, whose output they are.
 */
export function outputOf(loss: "squared" | "cross-entropy", linear: boolean): Output {
  if (loss === "cross-entropy") {
    return {
      render: sigmoid,
      loss: (raw, pixelsUnit) => bernoulliNll(flatten(pixelsUnit), flatten(raw)),
    };
  }
  const pixels = linear ? (raw: Tensor) => raw : sigmoid;
  return {
    render: (raw) => (linear ? clip(raw, 0, 1) : sigmoid(raw)),
    loss: (raw, pixelsUnit) => sum(square(flatten(sub(pixels(raw), pixelsUnit))), 1),
  };
}

/** Mean squared error of each image's pixels: [B] */
export const squaredError = (rendered: Tensor, pixelsUnit: Tensor): Tensor =>
  mean(square(flatten(sub(rendered, pixelsUnit))), 1);
