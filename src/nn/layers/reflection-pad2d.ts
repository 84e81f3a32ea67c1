import { ShapeError } from "../../tensor/errors.js";
import { type Padding, toPads } from "../../tensor/ops/convolution.js";
import { concat, sliceAxis } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisLength } from "./axis-length.js";

/**
 * Pads images with their reflection, without repeating the border.
 *
 * @param x        [N, C, H, W]
 * @param padding  rows and columns on each side
 * @returns        [N, C, top + H + bottom, left + W + right]
 * @throws ShapeError when a reflection would reach beyond the other border, or a size is symbolic
 */
export function reflectionPad2d(x: Tensor, padding: Padding): Tensor {
  if (x.shape.length !== 4) {
    throw new ShapeError("reflectionPad2d", "needs [N, C, H, W]", [x.shape]);
  }
  const [top, left, bottom, right] = toPads(padding);
  return reflected(reflected(x, 2, top, bottom), 3, left, right);
}

/**
 * Slices rows one by one: the gradient concatenates them, and images in a blocked layout keep it.
 */
function reflected(x: Tensor, axis: 2 | 3, before: number, after: number): Tensor {
  const length = axisLength("reflectionPad2d", x, axis);
  if ([before, after].some((width) => !Number.isInteger(width) || width < 0 || width >= length)) {
    const widths = `${before} and ${after}`;
    throw new ShapeError("reflectionPad2d", `${length} pixels cannot be reflected by ${widths}`, [
      x.shape,
    ]);
  }
  const at = (start: number) => sliceAxis(x, axis, { start, end: start + 1 });
  return concat(
    [
      ...Array.from({ length: before }, (_, index) => at(before - index)),
      x,
      ...Array.from({ length: after }, (_, index) => at(length - 2 - index)),
    ],
    axis,
  );
}
