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

/** A matrix of rows of length n. */
interface Rows {
  readonly values: Float64Array;
  readonly n: number;
}

/** A range of rows, [start, end). */
type Span = readonly [number, number];

/** Rows per block: a tile of sums fits the first-level cache. */
const BLOCK = 32;

/**
 * Writes the inner products, over `inner`, of two spans of rows into `tile` [BLOCK, BLOCK]. Works on four
 * by four rows at a time, so that each number read is used in four products. If fewer than four rows
 * remain, the last one is repeated.
 */
function innerProducts(
  left: Rows,
  [first, last]: Span,
  right: Rows,
  [from, to]: Span,
  [start, end]: Span,
  tile: Float64Array,
): void {
  const a = left.values;
  const b = right.values;
  for (let row = first; row < last; row += 4) {
    const a0 = row * left.n;
    const a1 = Math.min(row + 1, last - 1) * left.n;
    const a2 = Math.min(row + 2, last - 1) * left.n;
    const a3 = Math.min(row + 3, last - 1) * left.n;
    for (let column = from; column < to; column += 4) {
      const b0 = column * right.n;
      const b1 = Math.min(column + 1, to - 1) * right.n;
      const b2 = Math.min(column + 2, to - 1) * right.n;
      const b3 = Math.min(column + 3, to - 1) * right.n;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let s20 = 0;
      let s21 = 0;
      let s22 = 0;
      let s23 = 0;
      let s30 = 0;
      let s31 = 0;
      let s32 = 0;
      let s33 = 0;
      for (let k = start; k < end; k++) {
        const p = b[b0 + k];
        const q = b[b1 + k];
        const r = b[b2 + k];
        const s = b[b3 + k];
        const u = a[a0 + k];
        s00 += u * p;
        s01 += u * q;
        s02 += u * r;
        s03 += u * s;
        const v = a[a1 + k];
        s10 += v * p;
        s11 += v * q;
        s12 += v * r;
        s13 += v * s;
        const w = a[a2 + k];
        s20 += w * p;
        s21 += w * q;
        s22 += w * r;
        s23 += w * s;
        const x = a[a3 + k];
        s30 += x * p;
        s31 += x * q;
        s32 += x * r;
        s33 += x * s;
      }
      const at = (row - first) * BLOCK + column - from;
      tile.set([s00, s01, s02, s03], at);
      tile.set([s10, s11, s12, s13], at + BLOCK);
      tile.set([s20, s21, s22, s23], at + 2 * BLOCK);
      tile.set([s30, s31, s32, s33], at + 3 * BLOCK);
    }
  }
}
