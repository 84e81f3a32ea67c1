import type { PoolAttributes } from "../../tensor/primitives.js";
import { elementCount } from "../../tensor/shape.js";
import type { NDArray } from "./array.js";
import type { Kernels } from "./kernel.js";
import { exceeds } from "./reduction.js";

/** Flat input position of each window's largest element, the first of equals; a NaN wins. */
function winners(
  x: NDArray,
  { kernel, strides, pads }: PoolAttributes,
  shape: readonly number[],
): Float64Array {
  const [, , height, width] = x.shape;
  const [, , rows, columns] = shape;
  const inside = (from: number, extent: number, size: number): [number, number] => [
    Math.max(from, 0),
    Math.min(from + extent, size),
  ];
  return new Float64Array(elementCount(shape)).map((_, index) => {
    const column = index % columns;
    const row = Math.floor(index / columns) % rows;
    const plane = Math.floor(index / (columns * rows)) * height;
    const [top, bottom] = inside(row * strides[0] - pads[0], kernel[0], height);
    const [left, right] = inside(column * strides[1] - pads[1], kernel[1], width);
    let best = (plane + top) * width + left;
    for (let y = top; y < bottom; y++) {
      const start = (plane + y) * width;
      for (let position = start + left; position < start + right; position++) {
        if (exceeds(x.data[position], x.data[best])) best = position;
      }
    }
    return best;
  });
}

export const pooling: Kernels<"maxPool" | "maxPoolIndices"> = {
  maxPool: ({ attributes }, [x], shape) =>
    winners(x, attributes, shape).map((position) => x.data[position]),
  maxPoolIndices: ({ attributes }, [x], shape) => winners(x, attributes, shape),
};
