import { ShapeError } from "../../tensor/errors.js";
import { reshape, transpose } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisLength } from "./axis-length.js";

/**
 * Moves channels into space: each position's factor² values of a channel become a block of pixels.
 *
 * @param x  [N, C·factor², H, W]
 * @returns  [N, C, H·factor, W·factor]
 * @throws ShapeError when factor² does not divide the channels, or a size is symbolic
 * @source Shi et al. 2016, arXiv:1609.05158, equation 4
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const { batch, channels, height, width } = sizesOf("pixelShuffle", x, factor);
  if (channels % factor ** 2 !== 0) {
    throw new ShapeError("pixelShuffle", `${factor}² does not divide ${channels} channels`, [
      x.shape,
    ]);
  }
  const maps = channels / factor ** 2;
  const blocks = reshape(x, [batch, maps, factor, factor, height, width]);
  const placed = transpose(blocks, [0, 1, 4, 2, 5, 3]);
  return reshape(placed, [batch, maps, height * factor, width * factor]);
}

/**
 * The inverse of {@link pixelShuffle}: each block of pixels becomes the channels of one position.
 *
 * @param x  [N, C, H·factor, W·factor]
 * @returns  [N, C·factor², H, W]
 * @throws ShapeError when the factor does not divide height and width, or a size is symbolic
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const { batch, channels, height, width } = sizesOf("pixelUnshuffle", x, factor);
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError("pixelUnshuffle", `${factor} does not divide ${height} × ${width}`, [
      x.shape,
    ]);
  }
  const [rows, columns] = [height / factor, width / factor];
  const blocks = reshape(x, [batch, channels, rows, factor, columns, factor]);
  const placed = transpose(blocks, [0, 1, 3, 5, 2, 4]);
  return reshape(placed, [batch, channels * factor ** 2, rows, columns]);
}

function sizesOf(layer: string, x: Tensor, factor: number) {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ShapeError(layer, `the factor ${factor} must be a positive integer`);
  }
  if (x.shape.length !== 4) throw new ShapeError(layer, "needs [N, C, H, W]", [x.shape]);
  return {
    batch: x.shape[0],
    channels: axisLength(layer, x, 1),
    height: axisLength(layer, x, 2),
    width: axisLength(layer, x, 3),
  };
}
