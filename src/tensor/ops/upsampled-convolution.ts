import { ShapeError } from "../errors.js";
import { constant, type Tensor } from "../tensor.js";
import { convolveTransposed2d, type Padding, type Pair, toPads } from "./convolution.js";
import { matmul } from "./linear.js";
import { toFactors } from "./pooling.js";
import { reshape, transpose } from "./rearrange.js";

export interface UpsampledConvolutionOptions {
  /** Factor of the number of rows and columns. */
  readonly factor: Pair;
  /** Around the larger images, less than the kernel. */
  readonly padding?: Padding;
}

/**
 * `convolve2d(upsampleNearest2d(x, factor), filters, { padding })` without the larger images: a transposed
 * convolution with the factor as its stride, whose filters sum the taps that meet the same pixel of x. From K
 * taps along an axis and a factor of f come K + f − 1, of which a result needs one in f: with 3×3 taps and a
 * factor of 2, there are 2.25 times fewer products.
 *
 * @param x        [N, C, H, W]
 * @param filters  [O, C, kH, kW]
 * @returns        [N, O, H', W'], of `convolve2d` on [N, C, H·factor, W·factor]
 * @throws ShapeError when the factor is not whole and positive, the filters do not match or have symbolic
 *   sizes, or the padding reaches the kernel
 */
export function convolveUpsampled2d(
  x: Tensor,
  filters: Tensor,
  { factor, padding = 0 }: UpsampledConvolutionOptions,
): Tensor {
  const refuse = (problem: string) => {
    throw new ShapeError("convolveUpsampled2d", problem, [x.shape, filters.shape]);
  };
  const [factors, pads] = [toFactors("convolveUpsampled2d", factor), toPads(padding)];
  if (x.shape.length !== 4 || filters.shape.length !== 4) refuse("needs two operands of rank 4");
  if (filters.shape.some((size) => typeof size !== "number")) refuse("needs static filters");
  const [outputs, channels, ...kernel] = filters.shape as readonly number[];
  if (pads.some((pad, side) => pad >= kernel[side % 2])) refuse("the padding reaches the kernel");
  const [rows, columns] = kernel.map((taps, axis) => sums(taps, factors[axis]));
  const size = [rows, columns].map((each) => each[0].length);
  const products = rows.flatMap((row) =>
    columns.flatMap((column) => row.flatMap((a) => column.map((b) => a * b))),
  );
  const flat = reshape(filters, [outputs * channels, kernel[0] * kernel[1]]);
  const matrix = constant(products, [kernel[0] * kernel[1], size[0] * size[1]], filters.dtype);
  const summed = reshape(matmul(flat, matrix), [outputs, channels, ...size]);
  return convolveTransposed2d(x, transpose(summed, [1, 0, 2, 3]), {
    stride: factors,
    padding: pads.map((pad, side) => kernel[side % 2] - 1 - pad) as [
      number,
      number,
      number,
      number,
    ],
  });
}

/** [K, K + f − 1] which taps make up each tap of the transposed convolution. */
function sums(taps: number, factor: number): number[][] {
  return Array.from({ length: taps }, (_, tap) =>
    Array.from({ length: taps + factor - 1 }, (__, place) => {
      const first = taps - 1 - place;
      return tap >= first && tap < first + factor ? 1 : 0;
    }),
  );
}
