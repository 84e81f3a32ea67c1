import type { RearrangingPrimitives } from "../../tensor/primitives.js";
import { elementCount, stridesOf } from "../../tensor/shape.js";
import { broadcast, type NDArray, pick, positions } from "./array.js";
import type { Kernels } from "./kernel.js";

/** Copies an array into a larger one, with its first element at the given corner. */
function place(
  source: NDArray,
  target: Float64Array,
  shape: readonly number[],
  corner: readonly number[],
): void {
  const strides = stridesOf(shape);
  const start = corner.reduce((sum, index, axis) => sum + index * strides[axis], 0);
  positions(source.shape, strides, start).forEach((position, index) => {
    target[position] = source.data[index];
  });
}

/** Operators that move elements without computing. */
export const rearrange: Kernels<keyof RearrangingPrimitives> = {
  reshape: (_, [x]) => x.data,
  transpose: ({ attributes: { permutation } }, [x], shape) => {
    const strides = stridesOf(x.shape);
    const order = permutation.map((axis) => strides[axis]);
    return pick(x.data, positions(shape, order));
  },
  broadcastTo: (_, [x], shape) => broadcast(x, shape),
  slice: ({ attributes: { starts, steps } }, [x], shape) => {
    const strides = stridesOf(x.shape);
    const start = starts.reduce((sum, index, axis) => sum + index * strides[axis], 0);
    const stretched = strides.map((stride, axis) => stride * steps[axis]);
    return pick(x.data, positions(shape, stretched, start));
  },
  flip: ({ attributes: { axes } }, [x], shape) => {
    const strides = stridesOf(shape);
    const start = axes.reduce((sum, axis) => sum + (shape[axis] - 1) * strides[axis], 0);
    const reversed = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return pick(x.data, positions(shape, reversed, start));
  },
  concat: ({ attributes: { axis } }, operands, shape) => {
    const result = new Float64Array(elementCount(shape));
    const corner = shape.map(() => 0);
    for (const part of operands) {
      place(part, result, shape, corner);
      corner[axis] += part.shape[axis];
    }
    return result;
  },
  pad: ({ attributes: { before, value } }, [x], shape) => {
    const result = new Float64Array(elementCount(shape)).fill(value);
    place(x, result, shape, before);
    return result;
  },
};
