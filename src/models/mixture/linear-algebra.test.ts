import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import {
  cholesky,
  gram,
  invertedTransposed,
  solveColumns,
  solveLower,
  solveLowerTransposed,
} from "./linear-algebra.js";

/** A symmetric positive definite matrix, made from more random rows than it has columns. */
function positiveDefinite(n: number): Matrix {
  const rows = new Float64Array((n + 5) * n);
  stream(n, "matrix").normal(rows);
  const x = Matrix.from1DArray(n + 5, n, rows);
  return x.transpose().mmul(x);
}

const sizes = [1, 2, 3, 5, 31, 32, 33, 64, 70, 101];

describe("against ml-matrix 6.15.1", () => {
  test.each(sizes)("the Cholesky factor of a matrix of %i rows", (n) => {
    const a = positiveDefinite(n);
    const l = Float64Array.from(a.to1DArray());
    expect(cholesky(l, n)).toBe(-1);
    const expected = new CholeskyDecomposition(a).lowerTriangularMatrix.to1DArray();
    expect(furthest(l, expected)).toBeLessThan(1e-10);
  });

  test.each(sizes)("the inverse of a triangular matrix of %i rows", (n) => {
    const l = Float64Array.from(positiveDefinite(n).to1DArray());
    cholesky(l, n);
    const inverse = Matrix.from1DArray(n, n, invertedTransposed(l, n)).transpose();
    const one = inverse.mmul(Matrix.from1DArray(n, n, l)).to1DArray();
    expect(furthest(one, Matrix.eye(n).to1DArray())).toBeLessThan(1e-8);
  });

  test("inner products of chosen rows", () => {
    const a = positiveDefinite(40);
    const chosen = [3, 39, 0, 17, 18, 5];
    const part = new Matrix(chosen.map((row) => a.getRow(row)));
    const expected = part.mmul(part.transpose()).to1DArray();
    const found = gram(Float64Array.from(a.to1DArray()), 40, chosen);
    expect(furthest(found, expected)).toBeLessThan(1e-9);
  });

  test("triangular systems", () => {
    const n = 37;
    const l = Float64Array.from(positiveDefinite(n).to1DArray());
    cholesky(l, n);
    const matrix = Matrix.from1DArray(n, n, l);
    const b = Float64Array.from({ length: n }, (_, index) => Math.sin(index));
    const forwards = b.slice();
    solveLower(l, n, forwards);
    const backwards = b.slice();
    solveLowerTransposed(l, n, backwards);
    const columns = b.slice();
    solveColumns(Float64Array.from(matrix.transpose().to1DArray()), n, columns);
    expect(furthest(columns, forwards)).toBeLessThan(1e-12);
    const times = (m: Matrix, x: Float64Array) => m.mmul(Matrix.columnVector(x)).to1DArray();
    expect(furthest(times(matrix, forwards), b)).toBeLessThan(1e-10);
    expect(furthest(times(matrix.transpose(), backwards), b)).toBeLessThan(1e-10);
  });
});

test("a factorisation returns the row at which a matrix stops being positive definite", () => {
  const a = Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1);
  expect(cholesky(a.slice(), 3)).toBe(1);
  expect(cholesky(Float64Array.of(1, 0, 0, 1e-3), 2, 1e-2)).toBe(1);
  expect(cholesky(Float64Array.of(Number.NaN), 1)).toBe(0);
});

function furthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Array.from(expected, (value, index) => Math.abs(found[index] - value)).reduce(
    (most, distance) => Math.max(most, distance),
    0,
  );
}
