import { type Pair, toPads, toPair } from "../../tensor/ops/convolution.js";
import { upsampleBilinear2d, upsampleNearest2d } from "../../tensor/ops/pooling.js";
import { convolveUpsampled2d } from "../../tensor/ops/upsampled-convolution.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { type Conv2dOptions, conv2d, convolved, paddingOf } from "./conv2d.js";

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
  if (interpolation === "bilinear") return conv2d(scope, upsampleBilinear2d(x, factor), options);
  if (!isPlain(options)) return conv2d(scope, upsampleNearest2d(x, factor), options);
  return convolved(scope, x, options, (filters) =>
    convolveUpsampled2d(x, filters, { factor, padding: paddingOf(options) }),
  );
}

/** Whether a convolution takes every position of its image once, and none far outside. */
function isPlain(options: ResizeConv2dOptions): boolean {
  const { kernel, stride = 1, dilation = 1, groups = 1 } = options;
  const within = toPads(paddingOf(options)).every((pad, side) => pad < toPair(kernel)[side % 2]);
  return within && [...toPair(stride), ...toPair(dilation), groups].every((value) => value === 1);
}
