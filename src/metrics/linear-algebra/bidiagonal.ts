import { bidiagonalKernel, plainKernel } from "./bidiagonal-kernel.js";

/** An upper bidiagonal matrix. */
export interface Bidiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n − 1] */
  readonly above: Float64Array;
}

/**
 * Reduces a matrix by Householder reflections from both sides to an upper bidiagonal one with the same
 * singular values.
 *
 * A step's two reflections are applied to the matrix while the next step reads it, so that it passes
 * through the cache twice a step and not four times.
 *
 * @param a  [rows, columns] row-major, with at least as many rows as columns
 * @source Golub & Kahan 1965, doi:10.1137/0702016; the order of updates is that of Howell, Demmel, Fulton,
 *         Hammarling & Marmol 2008, "Cache efficient bidiagonalization using BLAS 2.5 operators"
 */
export function bidiagonalise(a: Float64Array, rows: number, columns: number): Bidiagonal {
  // Rows of zeros at the end, so that every pass takes four at a time.
  const padded = rows + 3;
  const kernel = bidiagonalKernel(padded, columns) ?? plainKernel(padded, columns);
  const { matrix, lefts, right, products, ofRows, halves } = kernel;
  for (let i = 0; i < rows; i++) {
    matrix.set(a.subarray(i * columns, (i + 1) * columns), i * kernel.columns);
  }
  const diagonal = new Float64Array(columns);
  const above = new Float64Array(Math.max(0, columns - 1));
  // The update that is due: a[i, j] −= left[i] · lefts[j] + rights[i] · right[j].
  let left = new Float64Array(padded);
  const rights = new Float64Array(padded);
  let u = new Float64Array(padded);
  for (let k = 0; k < columns; k++) {
    for (let i = k; i < rows; i++) {
      u[i] = matrix[i * kernel.columns + k] - left[i] * lefts[k] - rights[i] * right[k];
    }
    const ofColumn = reflect(u, k);
    diagonal[k] = ofColumn.norm;
    if (k === columns - 1) break;

    // An even column to start from; column k may be spoilt, as it is not read again.
    const from = (k + 1) & ~1;
    products.fill(0);
    for (let i = k; i < rows; i += 4) {
      for (let row = 0; row < 4; row++) {
        ofRows[row] = left[i + row];
        ofRows[4 + row] = rights[i + row];
        ofRows[8 + row] = u[i + row];
      }
      kernel.update(i, from);
    }
    for (let j = k + 1; j < columns; j++) {
      products[j] *= ofColumn.scale;
      right[j] = matrix[k * kernel.columns + j] - u[k] * products[j];
    }
    right[k] = 0;
    const ofRow = reflect(right, k + 1);
    above[k] = ofRow.norm;

    let both = 0;
    for (let j = k + 1; j < columns; j++) both += products[j] * right[j];
    for (let i = k + 1; i < rows; i += 4) {
      kernel.multiply(i, from);
      for (let row = 0; row < 4; row++) {
        const product = halves[2 * row] + halves[2 * row + 1];
        rights[i + row] = (product - u[i + row] * both) * ofRow.scale;
      }
    }
    [left, u] = [u, left];
    lefts.set(products);
  }
  return { diagonal, above };
}

/**
 * Turns x[from …] into the vector v of the reflection I − scale · v vᵀ that maps it to (norm, 0, 0, …).
 */
function reflect(x: Float64Array, from: number): { norm: number; scale: number } {
  let squares = 0;
  for (let i = from; i < x.length; i++) squares += x[i] * x[i];
  const length = Math.sqrt(squares);
  if (length === 0) return { norm: 0, scale: 0 };
  const norm = x[from] > 0 ? -length : length;
  x[from] -= norm;
  return { norm, scale: -1 / (norm * x[from]) };
}
