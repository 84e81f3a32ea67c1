import { expect, test } from "vitest";
import { uniforms } from "../reference.testing.js";
import { type BidiagonalKernel, bidiagonalKernel, plainKernel } from "./bidiagonal-kernel.js";

test.each([
  [8, 6, 2],
  [7, 5, 0],
  [4, 1, 0],
])("vectors do the same on %i rows and %i columns as a plain loop", (rows, width, from) => {
  const kernels = [bidiagonalKernel(rows, width), plainKernel(rows, width)];
  const [vectors, plain] = kernels.map((kernel) => {
    const { matrix, lefts, right, products, ofRows, halves, columns } = kernel as BidiagonalKernel;
    const numbers = uniforms(1, matrix.length + 3 * columns + 12);
    let first = 0;
    for (const part of [matrix, lefts, right, products, ofRows]) {
      part.set(numbers.subarray(first, first + part.length));
      first += part.length;
    }
    kernel?.update(rows - 4, from);
    kernel?.multiply(rows - 4, from);
    return { matrix, products, halves };
  });
  expect(vectors).toEqual(plain);
});
