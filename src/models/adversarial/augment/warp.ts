import { abs, add, clip, mul, relu, sub } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, squeeze, transpose } from "../../../tensor/ops/rearrange.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/** Draws for each axis: [B, 1, 1, 1] uniform on [0, 1) each. */
export interface AxisDraws {
  readonly slant: Tensor;
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** Draws for both axes. */
export interface WarpDraws {
  readonly rows: AxisDraws;
  readonly columns: AxisDraws;
}

/** Names the draws of a warp. */
export function warpDraws(draw: (name: string) => Tensor): WarpDraws {
  const axis = (name: string): AxisDraws => ({
    slant: draw(`slant${name}`),
    scale: draw(`scale${name}`),
    shift: draw(`shift${name}`),
  });
  return { rows: axis("Rows"), columns: axis("Columns") };
}

/** The largest slant, in pixels along for each pixel across; about 17°. */
const SLANT = 0.3;
/** Sides are scaled by up to 1 ± this. */
const SCALE = 0.15;
/** The largest shift as a share of the side. */
const SHIFT = 0.08;

/**
 * Slants, stretches and shifts images, first along rows and then along columns, which covers rotations
 * by small angles. It interpolates linearly between pixels and repeats the edge beyond it, and gradients
 * flow through.
 *
 * @param pixelsSigned  [B, C, H, W]
 * @param extent        multiplies all three kinds of change
 * @source the kinds of change: Karras et al. 2020, arXiv:2006.06676, appendix B
 */
export function warp(pixelsSigned: Tensor, { rows, columns }: WarpDraws, extent = 1): Tensor {
  const across = slanted(pixelsSigned, rows, extent);
  return transposed(slanted(transposed(across), columns, extent));
}

const transposed = (images: Tensor): Tensor => transpose(images, [0, 1, 3, 2]);

/** Takes pixel (i, j) from (i, c + a (j − c) + s (i − r) + t), where (r, c) is the centre. */
function slanted(images: Tensor, { slant, scale, shift }: AxisDraws, extent: number): Tensor {
  const [, , height, width] = images.shape as [unknown, unknown, number, number];
  const centred = (length: number, shape: readonly number[]) =>
    reshape(sub(range(length), (length - 1) / 2), shape);
  const between = (uniform: Tensor, most: number) => mul(sub(mul(uniform, 2), 1), extent * most);
  const stretched = mul(centred(width, [1, 1, width, 1]), add(between(scale, SCALE), 1));
  const tilted = mul(centred(height, [1, height, 1, 1]), between(slant, SLANT));
  const from = add(add(stretched, tilted), between(shift, SHIFT * width));
  const end = (width - 1) / 2;
  const inside = clip(from, -end, end);
  /** [B, H, W, W] the share of each pixel of a row in each new one. */
  const weights = relu(sub(1, abs(sub(centred(width, [1, 1, 1, width]), inside))));
  const perRow = expandDims(transpose(images, [0, 2, 1, 3]), -1);
  const moved = squeeze(matmul(expandDims(weights, 2), perRow), -1);
  return transpose(moved, [0, 2, 1, 3]);
}
