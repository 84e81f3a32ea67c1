import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import { broadcastShapes } from "../shape.js";
import { asTensors, constant, makeNode, requireNumbers, type Tensor } from "../tensor.js";

/** Which operands of a product have their last two axes swapped. */
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
  const shapes = [a.shape, b.shape];
  asTensors("matmul", [a, b]);
  requireNumbers("matmul", a);
  if (shapes.some(({ length }) => length < 2)) {
    throw new ShapeError("matmul", "needs operands of rank 2 or more", shapes);
  }
  const [m, k] = lastTwo(a, transposeA);
  const [k2, n] = lastTwo(b, transposeB);
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (k !== k2) {
    const transposed = [transposeA ? "the first" : [], transposeB ? "the second" : []].flat();
    const how = transposed.length > 0 ? ` after transposing ${transposed.join(" and ")}` : "";
    throw new ShapeError("matmul", `the inner dimensions ${k} and ${k2} differ${how}`, shapes);
  }
  if (leading === undefined) {
    throw new ShapeError("matmul", "the leading axes do not broadcast", shapes);
  }
  return makeNode("matmul", [a, b], { transposeA, transposeB }, [...leading, m, n], a.dtype);
}

function lastTwo({ shape }: Tensor, transposed: boolean) {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * Mask of the lower triangle: 1 where column − row ≤ diagonal.
 *
 * @param diagonal  0 includes the main diagonal, −1 excludes it
 */
export function lowerTriangle(size: number, diagonal = 0, dtype: DType = "float32"): Tensor {
  return triangle(size, dtype, (offset) => offset <= diagonal);
}

/**
 * Mask of the upper triangle: 1 where column − row ≥ diagonal.
 *
 * @param diagonal  0 includes the main diagonal, 1 excludes it
 */
export function upperTriangle(size: number, diagonal = 0, dtype: DType = "float32"): Tensor {
  return triangle(size, dtype, (offset) => offset >= diagonal);
}

/** @param keeps  whether the mask is 1 at this column − row */
function triangle(size: number, dtype: DType, keeps: (offset: number) => boolean): Tensor {
  const values = Float64Array.from({ length: size * size }, (_, position) =>
    keeps((position % size) - Math.floor(position / size)) ? 1 : 0,
  );
  return constant(values, [size, size], dtype);
}
