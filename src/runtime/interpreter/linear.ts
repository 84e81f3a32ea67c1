import { elementCount } from "../../tensor/shape.js";
import { broadcastStrides, type NDArray, positions } from "./array.js";
import type { Kernels } from "./kernel.js";
import { productOf } from "./special-functions.js";

/** Rows, columns and strides of the matrices along the last two axes. */
function matrices({ shape }: NDArray, transposed: boolean) {
  const [rows, columns] = shape.slice(-2);
  return transposed
    ? { rows: columns, columns: rows, rowStride: 1, columnStride: columns }
    : { rows, columns, rowStride: columns, columnStride: 1 };
}

/** Start of each matrix after broadcasting the leading axes to `leading`. */
function beginnings({ shape }: NDArray, leading: readonly number[]): Int32Array {
  const strides = broadcastStrides(shape.slice(0, -2), leading);
  const size = elementCount(shape.slice(-2));
  return positions(
    leading,
    strides.map((stride) => stride * size),
  );
}

export const linear: Kernels<"matmul"> = {
  matmul: ({ attributes: { transposeA, transposeB }, dtype }, [a, b], shape) => {
    const product = productOf(dtype);
    const left = matrices(a, transposeA);
    const right = matrices(b, transposeB);
    const result = new Float64Array(elementCount(shape));
    const leading = shape.slice(0, -2);
    const startsA = beginnings(a, leading);
    const startsB = beginnings(b, leading);
    startsA.forEach((startA, batch) => {
      for (let row = 0; row < left.rows; row++) {
        const target = (batch * left.rows + row) * right.columns;
        for (let inner = 0; inner < left.columns; inner++) {
          const factor = a.data[startA + row * left.rowStride + inner * left.columnStride];
          const source = startsB[batch] + inner * right.rowStride;
          for (let column = 0; column < right.columns; column++) {
            const other = b.data[source + column * right.columnStride];
            result[target + column] += product(factor, other);
          }
        }
      }
    });
    return result;
  },
};
