/**
 * Eigenvalues of a symmetric tridiagonal matrix, by QL with implicit shifts, each to about ε times the
 * largest. Overwrites both arrays.
 *
 * @param diagonal  [n]
 * @param beside    [n − 1]
 * @returns         [n] in no particular order
 * @source Dubrulle, Martin & Wilkinson 1968, doi:10.1007/BF02165404 (EISPACK's imtql1)
 */
export function tridiagonalEigenvalues(diagonal: Float64Array, beside: Float64Array): Float64Array {
  const n = diagonal.length;
  const e = new Float64Array(n);
  e.set(beside);
  const largest = diagonal.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(e[i])), 0);
  const negligible = Number.EPSILON * largest;
  for (let first = 0; first < n; first++) {
    for (;;) {
      let last = first;
      while (last < n - 1 && Math.abs(e[last]) > negligible) last++;
      if (last === first) break;
      sweep(diagonal, e, first, last);
    }
  }
  return diagonal;
}

/** One implicit QL step on the rows `first` … `last`, shifted towards an eigenvalue of the first two. */
function sweep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.hypot(half, 1);
  let g = d[last] - d[first] + e[first] / (half + (half < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[last] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
  }
  d[first] -= p;
  e[first] = g;
  e[last] = 0;
}
