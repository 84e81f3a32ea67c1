import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import { nuclearNorm } from "./nuclear-norm.js";
import { semidefiniteFactor } from "./semidefinite-factor.js";
import { tridiagonalEigenvalues } from "./tridiagonal-eigenvalues.js";

function normals(name: string, length: number): Float64Array {
  const values = new Float64Array(length);
  stream(1, name).normal(values);
  return values;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe("nuclear norm against the singular values of ml-matrix 6.15.1", () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [5, 4],
    [31, 17],
    [64, 64],
    [70, 3],
  ])("of a matrix of %i×%i", (rows, columns) => {
    const a = normals(`${rows}×${columns}`, rows * columns);
    const svd = new SingularValueDecomposition(Matrix.from1DArray(rows, columns, a));
    expect(nuclearNorm(a, rows, columns)).toBeCloseTo(sum(svd.diagonal), 10);
  });

  test("of singular matrices: zero, of one direction, and with empty columns", () => {
    expect(nuclearNorm(new Float64Array(12), 4, 3)).toBe(0);
    expect(nuclearNorm(new Float64Array(0), 4, 0)).toBe(0);
    const [u, v] = [normals("u", 9), normals("v", 7)];
    const outer = Float64Array.from({ length: 63 }, (_, at) => u[Math.floor(at / 7)] * v[at % 7]);
    const length = (x: Float64Array) => Math.hypot(...x);
    expect(nuclearNorm(outer, 9, 7)).toBeCloseTo(length(u) * length(v), 12);
    const gaps = normals("gaps", 40).map((value, at) => (at % 5 < 2 ? 0 : value));
    const svd = new SingularValueDecomposition(Matrix.from1DArray(8, 5, gaps));
    expect(nuclearNorm(gaps, 8, 5)).toBeCloseTo(sum(svd.diagonal), 12);
  });

  test("keeps singular values that are far below the root of ε", () => {
    const diagonal = [1, 1e-6, 1e-12, 1e-14];
    const a = new Float64Array(16);
    diagonal.forEach((value, at) => {
      a[5 * at] = value;
    });
    expect(nuclearNorm(a, 4, 4) - 1 - 1e-6).toBeCloseTo(1.01e-12, 15);
  });
});

describe("tridiagonal eigenvalues", () => {
  test.each([1, 2, 3, 10, 57])("agree with ml-matrix 6.15.1 for %i rows", (n) => {
    const diagonal = normals(`diagonal ${n}`, n);
    const beside = normals(`beside ${n}`, n - 1);
    const full = Matrix.zeros(n, n);
    diagonal.forEach((value, at) => {
      full.set(at, at, value);
    });
    beside.forEach((value, at) => {
      full.set(at, at + 1, value);
      full.set(at + 1, at, value);
    });
    const expected = new EigenvalueDecomposition(full, { assumeSymmetric: true }).realEigenvalues;
    const values = tridiagonalEigenvalues(diagonal, beside).sort();
    expected
      .sort((a, b) => a - b)
      .forEach((value, at) => {
        expect(values[at]).toBeCloseTo(value, 11);
      });
  });

  test("of a path's adjacency matrix are 2 cos(π k / (n + 1))", () => {
    const n = 200;
    const values = tridiagonalEigenvalues(new Float64Array(n), new Float64Array(n - 1).fill(1));
    values.sort().forEach((value, at) => {
      expect(value).toBeCloseTo(2 * Math.cos((Math.PI * (n - at)) / (n + 1)), 12);
    });
  });
});

describe("factor of a semidefinite matrix", () => {
  test("keeps variances down to rounding of the largest", () => {
    const rank = (smallest: number) =>
      semidefiniteFactor(Float64Array.of(1, 0, 0, smallest), 2).rank;
    expect([1e-6, 1e-12, 1e-15].map(rank)).toEqual([2, 2, 2]);
    expect([4e-16, 1e-17, 0].map(rank)).toEqual([1, 1, 1]);
  });

  test.each([
    [6, 6],
    [6, 4],
    [40, 13],
    [33, 1],
    [5, 0],
  ])("of %i rows and rank %i multiplies back to it", (n, rank) => {
    const half = Matrix.from1DArray(
      n,
      Math.max(1, rank),
      normals(`${n} ${rank}`, n * Math.max(1, rank)),
    );
    const a = rank === 0 ? Matrix.zeros(n, n) : half.mmul(half.transpose());
    const factor = semidefiniteFactor(Float64Array.from(a.to1DArray()), n);
    expect(factor.rank).toBe(rank);
    const f = Matrix.from1DArray(n, n, factor.values);
    const difference = f.mmul(f.transpose()).sub(a).to1DArray();
    expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-12 * n);
    factor.pivots.forEach((row, k) => {
      expect(
        f
          .getRow(row)
          .slice(k + 1)
          .every((value) => value === 0),
      ).toBe(true);
    });
  });
});
