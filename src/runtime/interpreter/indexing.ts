import { elementCount, stridesOf } from "../../tensor/shape.js";
import { type NDArray, pick, positions } from "./array.js";
import type { Kernels } from "./kernel.js";

function requireInRange(operator: string, indices: Float64Array, length: number): void {
  const wrong = indices.find((index) => !(index >= 0 && index < length));
  if (wrong !== undefined) {
    throw new RangeError(`${operator}: the index ${wrong} is not in [0, ${length})`);
  }
}

/** Positions, in an array of shape `from`, of the elements of `gather`'s result. */
function gathered(from: readonly number[], axis: number, indices: NDArray): Int32Array {
  requireInRange("gather", indices.data, from[axis]);
  const inner = elementCount(from.slice(axis + 1));
  const outer = elementCount(from.slice(0, axis));
  const count = indices.data.length;
  return new Int32Array(outer * count * inner).map((_, position) => {
    const index = indices.data[Math.floor(position / inner) % count];
    const block = Math.floor(position / (inner * count));
    return (block * from[axis] + index) * inner + (position % inner);
  });
}

/** Positions, in an array of shape `from`, of the elements of `takeAlong`'s result. */
function taken(from: readonly number[], axis: number, indices: NDArray): Int32Array {
  requireInRange("takeAlong", indices.data, from[axis]);
  const strides = stridesOf(from);
  const others = strides.map((stride, other) => (other === axis ? 0 : stride));
  return positions(indices.shape, others).map(
    (position, element) => position + indices.data[element] * strides[axis],
  );
}

/** Adds each update to the element at its position. */
function accumulate(updates: Float64Array, at: Int32Array, length: number): Float64Array {
  const result = new Float64Array(length);
  at.forEach((position, index) => {
    result[position] += updates[index];
  });
  return result;
}

export const indexing: Kernels<"gather" | "scatterAdd" | "takeAlong" | "scatterAddAlong"> = {
  gather: ({ attributes: { axis } }, [x, indices]) =>
    pick(x.data, gathered(x.shape, axis, indices)),
  scatterAdd: ({ attributes: { axis } }, [updates, indices], shape) =>
    accumulate(updates.data, gathered(shape, axis, indices), elementCount(shape)),
  takeAlong: ({ attributes: { axis } }, [x, indices]) =>
    pick(x.data, taken(x.shape, axis, indices)),
  scatterAddAlong: ({ attributes: { axis } }, [updates, indices], shape) =>
    accumulate(updates.data, taken(shape, axis, indices), elementCount(shape)),
};
