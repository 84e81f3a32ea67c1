import type { Pair } from "../../tensor/ops/convolution.js";
import { upsampleBilinear2d, upsampleNearest2d } from "../../tensor/ops/pooling.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { type Conv2dOptions, conv2d } from "./conv2d.js";

export interface ResizeConv2dOptions extends Conv2dOptions {
  /** Factor of the number of rows and columns; 2 by default. */
  readonly factor?: Pair;
  /** How to interpolate between pixels; `nearest` by default. */
  readonly interpolation?: "nearest" | "bilinear";
}

/**
 * Resize-convolution: enlarges images and then convolves them, which avoids the checkerboard
 * artefacts of a transposed convolution.
 *
 * @param x  [N, in, H, W]
 * @returns  [N, channels, H', W'], of `conv2d` on [N, in, H·factor, W·factor]
 * @throws ShapeError as `conv2d`, and when the factor is not whole and positive
 * @source Odena, Dumoulin & Olah 2016, doi:10.23915/distill.00003
 */
export function resizeConv2d(scope: Scope, x: Tensor, options: ResizeConv2dOptions): Tensor {
  const { factor = 2, interpolation = "nearest" } = options;
  const upsample = interpolation === "nearest" ? upsampleNearest2d : upsampleBilinear2d;
  return conv2d(scope, upsample(x, factor), options);
}
