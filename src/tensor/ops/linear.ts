import { ShapeError } from "../errors.js";
import { broadcastShapes } from "../shape.js";
import { constant, makeNode, type Tensor } from "../tensor.js";

/** Which operands of a product are read transposed in their last two axes. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * Matrix product over the last two axes; leading axes broadcast.
 *
 * @param a  [..., M, K], or [..., K, M] with `transposeA`
 * @param b  [..., K, N], or [..., N, K] with `transposeB`
 * @returns  [..., M, N]
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  if (a.shape.length < 2 || b.shape.length < 2 || a.dtype !== b.dtype) {
    throw new ShapeError("matmul", "needs two operands of rank 2 or more and one data type", [
      a.shape,
      b.shape,
    ]);
  }
  const [m, k] = lastTwo(a, transposeA);
  const [k2, n] = lastTwo(b, transposeB);
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (k !== k2 || leading === undefined) {
    const how = transposeA || transposeB ? " after transposing" : "";
    throw new ShapeError("matmul", `the inner dimensions ${k} and ${k2} must agree${how}`, [
      a.shape,
      b.shape,
    ]);
  }
  return makeNode("matmul", [a, b], { transposeA, transposeB }, [...leading, m, n], a.dtype);
}

function lastTwo({ shape }: Tensor, transposed: boolean) {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * The mask that keeps a triangle: 1 where column − row ≤ diagonal.
 *
 * @param diagonal  0 keeps the main diagonal, −1 leaves it out
 */
export function lowerTriangle(
  size: number,
  diagonal = 0,
  dtype: Tensor["dtype"] = "float32",
): Tensor {
  const values = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      values[row * size + column] = column - row <= diagonal ? 1 : 0;
    }
  }
  return constant(values, [size, size], dtype);
}
