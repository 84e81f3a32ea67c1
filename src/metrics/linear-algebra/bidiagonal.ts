/** An upper bidiagonal matrix. */
export interface Bidiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n − 1] */
  readonly above: Float64Array;
}

/**
 * Reduces a matrix by Householder reflections from both sides to an upper bidiagonal one with the same
 * singular values. Overwrites `a`.
 *
 * A step's two reflections are applied to the matrix while the next step reads it, so that it passes
 * through the cache twice a step and not four times.
 *
 * @param a  [rows, columns] row-major, with at least as many rows as columns
 * @source Golub & Kahan 1965, doi:10.1137/0702016; the order of updates is that of Howell, Demmel, Fulton,
 *         Hammarling & Marmol 2008, "Cache efficient bidiagonalization using BLAS 2.5 operators"
 */
export function bidiagonalise(a: Float64Array, rows: number, columns: number): Bidiagonal {
  const diagonal = new Float64Array(columns);
  const above = new Float64Array(Math.max(0, columns - 1));
  // The update that is due: a[i, j] −= left[i] · lefts[j] + rights[i] · right[j].
  let left = new Float64Array(rows);
  let lefts = new Float64Array(columns);
  const rights = new Float64Array(rows);
  const right = new Float64Array(columns);
  let u = new Float64Array(rows);
  let products = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    for (let i = k; i < rows; i++) {
      u[i] = a[i * columns + k] - left[i] * lefts[k] - rights[i] * right[k];
    }
    const ofColumn = reflect(u, k);
    diagonal[k] = ofColumn.norm;
    if (k === columns - 1) break;

    products.fill(0);
    updateAndMultiply(a, rows, columns, k, { left, lefts, rights, right }, u, products);
    for (let j = k + 1; j < columns; j++) {
      products[j] *= ofColumn.scale;
      right[j] = a[k * columns + j] - u[k] * products[j];
    }
    const ofRow = reflect(right, k + 1);
    above[k] = ofRow.norm;

    multiply(a, rows, columns, k + 1, right, rights);
    let both = 0;
    for (let j = k + 1; j < columns; j++) both += products[j] * right[j];
    for (let i = k + 1; i < rows; i++) rights[i] = (rights[i] - u[i] * both) * ofRow.scale;
    [left, u] = [u, left];
    [lefts, products] = [products, lefts];
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

/** A pair of outer products that is due; see {@link bidiagonalise}. */
interface Update {
  readonly left: Float64Array;
  readonly lefts: Float64Array;
  readonly rights: Float64Array;
  readonly right: Float64Array;
}

/** Applies the update to the rows from k and the columns after k, and adds uᵀ · a to `products`. */
function updateAndMultiply(
  a: Float64Array,
  rows: number,
  columns: number,
  k: number,
  { left, lefts, rights, right }: Update,
  u: Float64Array,
  products: Float64Array,
): void {
  let i = k;
  for (; i + 3 < rows; i += 4) {
    const r0 = i * columns;
    const r1 = r0 + columns;
    const r2 = r1 + columns;
    const r3 = r2 + columns;
    const [l0, l1, l2, l3] = [left[i], left[i + 1], left[i + 2], left[i + 3]];
    const [m0, m1, m2, m3] = [rights[i], rights[i + 1], rights[i + 2], rights[i + 3]];
    const [u0, u1, u2, u3] = [u[i], u[i + 1], u[i + 2], u[i + 3]];
    for (let j = k + 1; j < columns; j++) {
      const l = lefts[j];
      const r = right[j];
      const x0 = a[r0 + j] - l0 * l - m0 * r;
      const x1 = a[r1 + j] - l1 * l - m1 * r;
      const x2 = a[r2 + j] - l2 * l - m2 * r;
      const x3 = a[r3 + j] - l3 * l - m3 * r;
      a[r0 + j] = x0;
      a[r1 + j] = x1;
      a[r2 + j] = x2;
      a[r3 + j] = x3;
      products[j] += u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
    }
  }
  for (; i < rows; i++) {
    for (let j = k + 1; j < columns; j++) {
      const x = a[i * columns + j] - left[i] * lefts[j] - rights[i] * right[j];
      a[i * columns + j] = x;
      products[j] += u[i] * x;
    }
  }
}

/** a · x for the rows and columns from `k`. */
function multiply(
  a: Float64Array,
  rows: number,
  columns: number,
  k: number,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let i = k; i < rows; i += 4) {
    const r0 = i * columns;
    const r1 = Math.min(i + 1, rows - 1) * columns;
    const r2 = Math.min(i + 2, rows - 1) * columns;
    const r3 = Math.min(i + 3, rows - 1) * columns;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = k; j < columns; j++) {
      const value = x[j];
      s0 += a[r0 + j] * value;
      s1 += a[r1 + j] * value;
      s2 += a[r2 + j] * value;
      s3 += a[r3 + j] * value;
    }
    out[i] = s0;
    if (i + 1 < rows) out[i + 1] = s1;
    if (i + 2 < rows) out[i + 2] = s2;
    if (i + 3 < rows) out[i + 3] = s3;
  }
}
