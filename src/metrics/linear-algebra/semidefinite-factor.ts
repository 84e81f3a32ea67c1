/** A factor F of a positive semidefinite matrix A = F Fᵀ. */
export interface SemidefiniteFactor {
  /** [n, n] row-major; the columns from `rank` on are 0. Row `pivots[k]` is 0 after column k. */
  readonly values: Float64Array;
  readonly rank: number;
  /** [n] the rows in the order in which they were eliminated. */
  readonly pivots: Uint32Array;
}

/**
 * Cholesky factor of a positive semidefinite matrix, the row with the largest remaining variance first.
 * It ends where what remains is rounding, so a singular matrix gives a factor of its rank.
 *
 * @param a  [n, n] symmetric, row-major
 * @source Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix"; the tolerance
 *         n · ε · max diagonal is that of LAPACK's dpstrf
 */
export function semidefiniteFactor(a: Float64Array, n: number): SemidefiniteFactor {
  const factor = new Float64Array(n * n);
  const rest = Float64Array.from({ length: n }, (_, row) => a[row * n + row]);
  const tolerance = n * Number.EPSILON * rest.reduce((a, b) => Math.max(a, b), 0);
  const pivots = Uint32Array.from({ length: n }, (_, row) => row);
  for (let k = 0; k < n; k++) {
    const best = positionOfLargest(rest, pivots, k);
    const pivot = pivots[best];
    if (!(rest[pivot] > tolerance)) return { values: factor, rank: k, pivots };
    pivots[best] = pivots[k];
    pivots[k] = pivot;
    const scale = Math.sqrt(rest[pivot]);
    factor[pivot * n + k] = scale;
    eliminate(a, factor, n, pivots, k, scale);
    for (let at = k + 1; at < n; at++) rest[pivots[at]] -= factor[pivots[at] * n + k] ** 2;
  }
  return { values: factor, rank: n, pivots };
}

function positionOfLargest(rest: Float64Array, pivots: Uint32Array, from: number): number {
  let best = from;
  for (let at = from + 1; at < pivots.length; at++) {
    if (rest[pivots[at]] > rest[pivots[best]]) best = at;
  }
  return best;
}

/** Column k of the factor for all rows that remain, four at a time; the last ones repeat. */
function eliminate(
  a: Float64Array,
  factor: Float64Array,
  n: number,
  pivots: Uint32Array,
  k: number,
  scale: number,
): void {
  const pivot = pivots[k] * n;
  for (let at = k + 1; at < n; at += 4) {
    const r0 = pivots[at] * n;
    const r1 = pivots[Math.min(at + 1, n - 1)] * n;
    const r2 = pivots[Math.min(at + 2, n - 1)] * n;
    const r3 = pivots[Math.min(at + 3, n - 1)] * n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = 0; j < k; j++) {
      const p = factor[pivot + j];
      s0 += factor[r0 + j] * p;
      s1 += factor[r1 + j] * p;
      s2 += factor[r2 + j] * p;
      s3 += factor[r3 + j] * p;
    }
    const column = pivots[k];
    factor[r0 + k] = (a[r0 + column] - s0) / scale;
    factor[r1 + k] = (a[r1 + column] - s1) / scale;
    factor[r2 + k] = (a[r2 + column] - s2) / scale;
    factor[r3 + k] = (a[r3 + column] - s3) / scale;
  }
}
