import {
  and,
  cast,
  floor,
  greaterEqual,
  less,
  mul,
  not,
  sub,
} from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/** [B, 1, 1, 1] uniform on [0, 1) each. */
export interface CutoutDraws {
  readonly row: Tensor;
  readonly column: Tensor;
}

/**
 * Sets a rectangle of half of each side to 0, around a pixel anywhere in the image. Gradients flow
 * through what is left.
 *
 * @param pixelsSigned  [B, C, H, W]
 * @source Zhao et al. 2020, arXiv:2006.10738, section 3.2; DeVries & Taylor 2017, arXiv:1708.04552
 */
export function cutOut(pixelsSigned: Tensor, { row, column }: CutoutDraws): Tensor {
  const [, , height, width] = pixelsSigned.shape as [unknown, unknown, number, number];
  const rows = near(row, height, [1, 1, height, 1]);
  const columns = near(column, width, [1, 1, 1, width]);
  return mul(pixelsSigned, cast(not(and(rows, columns)), "float32"));
}

/** Which positions of a side lie in a stretch of half of it, around a random place that may be the end. */
function near(uniform: Tensor, side: number, shape: readonly number[]): Tensor {
  const length = Math.floor(side / 2 + 0.5);
  const places = side + 1 - (length % 2);
  const start = sub(floor(mul(uniform, places)), Math.floor(length / 2));
  const offset = sub(reshape(range(side), shape), start);
  return and(greaterEqual(offset, 0), less(offset, length));
}
