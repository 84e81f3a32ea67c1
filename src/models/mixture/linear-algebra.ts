import { TILE as BLOCK, innerProducts, type Rows } from "../../core/inner-products.js";

/*
 * Triangular matrices of float64, row-major. A covariance of MNIST's pixels has 784 rows, and each EM
 * pass factors one per component. ml-matrix takes seconds for that, these functions a fraction.
 */

/**
 * Replaces a symmetric matrix by its Cholesky factor L with L Lᵀ = A. Reads only the lower triangle, and
 * sets the elements above the diagonal to 0.
 *
 * @param a      [n, n]
 * @param floor  each pivot (the variance of a row's variable given the earlier ones) must be larger
 * @returns      the row of the first pivot that is too small, or −1 on success
 */
export function cholesky(a: Float64Array, n: number, floor = 0): number {
  const rows: Rows = { values: a, n };
  const tile = new Float64Array(BLOCK * BLOCK);
  for (let first = 0; first < n; first += BLOCK) {
    const last = Math.min(first + BLOCK, n);
    for (let from = 0; from <= first; from += BLOCK) {
      const to = Math.min(from + BLOCK, n);
      innerProducts(rows, [first, last], rows, [from, to], [0, from], tile);
      for (let row = first; row < last; row++) {
        for (let column = from; column < to && column <= row; column++) {
          let rest = a[row * n + column] - tile[(row - first) * BLOCK + column - from];
          for (let k = from; k < column; k++) rest -= a[row * n + k] * a[column * n + k];
          if (column < row) a[row * n + column] = rest / a[column * n + column];
          else if (rest > floor) a[row * n + row] = Math.sqrt(rest);
          else return row;
        }
      }
    }
  }
  for (let row = 0; row < n; row++) a.fill(0, row * n + row + 1, (row + 1) * n);
  return -1;
}

/**
 * The transposed inverse of a lower triangular matrix: row j holds column j of L⁻¹, which starts with j
 * zeros.
 *
 * @param l  [n, n]
 */
export function invertedTransposed(l: Float64Array, n: number): Float64Array {
  const factor: Rows = { values: l, n };
  const v = new Float64Array(n * n);
  const inverse: Rows = { values: v, n };
  const tile = new Float64Array(BLOCK * BLOCK);
  for (let first = 0; first < n; first += BLOCK) {
    const last = Math.min(first + BLOCK, n);
    for (let from = 0; from <= first; from += BLOCK) {
      const to = Math.min(from + BLOCK, n);
      innerProducts(factor, [first, last], inverse, [from, to], [from, first], tile);
      for (let row = first; row < last; row++) {
        for (let column = from; column < to && column <= row; column++) {
          let rest = (row === column ? 1 : 0) - tile[(row - first) * BLOCK + column - from];
          for (let k = first; k < row; k++) rest -= l[row * n + k] * v[column * n + k];
          v[column * n + row] = rest / l[row * n + row];
        }
      }
    }
  }
  return v;
}

/**
 * All inner products between selected rows of a matrix.
 *
 * @param values  [?, n]
 * @param chosen  indices of the m rows
 * @returns       [m, m]
 */
export function gram(values: Float64Array, n: number, chosen: ArrayLike<number>): Float64Array {
  const m = chosen.length;
  const picked = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    picked.set(values.subarray(chosen[row] * n, (chosen[row] + 1) * n), row * n);
  }
  const rows: Rows = { values: picked, n };
  const tile = new Float64Array(BLOCK * BLOCK);
  const products = new Float64Array(m * m);
  for (let first = 0; first < m; first += BLOCK) {
    const last = Math.min(first + BLOCK, m);
    for (let from = 0; from <= first; from += BLOCK) {
      const to = Math.min(from + BLOCK, m);
      innerProducts(rows, [first, last], rows, [from, to], [0, n], tile);
      for (let row = first; row < last; row++) {
        for (let column = from; column < to; column++) {
          const product = tile[(row - first) * BLOCK + column - from];
          products[row * m + column] = product;
          products[column * m + row] = product;
        }
      }
    }
  }
  return products;
}

/** Solves L x = b for a lower triangular L [n, n]. On entry `x` holds b, on return the solution. */
export function solveLower(l: Float64Array, n: number, x: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let rest = x[row];
    for (let k = 0; k < row; k++) rest -= l[row * n + k] * x[k];
    x[row] = rest / l[row * n + row];
  }
}

/** Solves Lᵀ x = b; see {@link solveLower}. */
export function solveLowerTransposed(l: Float64Array, n: number, x: Float64Array): void {
  for (let row = n - 1; row >= 0; row--) {
    const value = x[row] / l[row * n + row];
    x[row] = value;
    for (let k = 0; k < row; k++) x[k] -= l[row * n + k] * value;
  }
}

/** Solves W x = b for a lower triangular W given transposed: row j of `v` holds column j of W. */
export function solveColumns(v: Float64Array, n: number, x: Float64Array): void {
  for (let column = 0; column < n; column++) {
    const value = x[column] / v[column * n + column];
    x[column] = value;
    for (let row = column + 1; row < n; row++) x[row] -= v[column * n + row] * value;
  }
}
