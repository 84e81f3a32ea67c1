import { bidiagonalise } from "./bidiagonal.js";
import { tridiagonalEigenvalues } from "./tridiagonal-eigenvalues.js";

/**
 * The sum of a matrix's singular values, each to about ε times the largest.
 *
 * A bidiagonal matrix has the singular values σ where the tridiagonal one with zeros on its diagonal and
 * both bands interleaved beside it has the eigenvalues ±σ. No square is formed on the way, so small ones
 * keep their digits.
 *
 * @param a  [rows, columns] row-major, with at least as many rows as columns
 * @source Golub & Kahan 1965, doi:10.1137/0702016, section 3
 */
export function nuclearNorm(a: Float64Array, rows: number, columns: number): number {
  if (columns === 0) return 0;
  const { diagonal, above } = bidiagonalise(a, rows, columns);
  const beside = new Float64Array(2 * columns - 1);
  for (let k = 0; k < columns; k++) {
    beside[2 * k] = diagonal[k];
    if (k < columns - 1) beside[2 * k + 1] = above[k];
  }
  const eigenvalues = tridiagonalEigenvalues(new Float64Array(2 * columns), beside).sort();
  let sum = 0;
  for (let k = columns; k < 2 * columns; k++) sum += eigenvalues[k];
  return sum;
}
