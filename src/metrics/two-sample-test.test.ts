import { expect, test } from "vitest";
import { stream } from "../runtime/random.js";
import type { Features } from "./features.js";
import { twoSampleTest } from "./two-sample-test.js";

function normals(count: number, width: number, seed: number, shift = 0): Features {
  const values = new Float64Array(count * width);
  stream(seed, "points").normal(values);
  return { count, width, values: values.map((value) => value + shift) };
}

const distance = (a: Features, i: number, b: Features, j: number): number => {
  let square = 0;
  for (let at = 0; at < a.width; at++) {
    square += (a.values[i * a.width + at] - b.values[j * b.width + at]) ** 2;
  }
  return Math.sqrt(square);
};

/** The definition, pair by pair. */
function mmdSquared(x: Features, y: Features, length: number): number {
  const mean = (a: Features, b: Features) => {
    let [sum, pairs] = [0, 0];
    for (let i = 0; i < a.count; i++) {
      for (let j = 0; j < b.count; j++) {
        if (a === b && i === j) continue;
        sum += Math.exp(-(distance(a, i, b, j) ** 2) / (2 * length ** 2));
        pairs++;
      }
    }
    return sum / pairs;
  };
  return mean(x, x) + mean(y, y) - 2 * mean(x, y);
}

test("the discrepancy is that of equation 3, for sets of different sizes", () => {
  const [x, y] = [normals(13, 3, 1), normals(8, 3, 2, 0.7)];
  const found = twoSampleTest(x, y, { permutations: 20 });
  expect(found.mmdSquared).toBeCloseTo(mmdSquared(x, y, found.bandwidth), 6);
});

test("equal distributions: p-values are uniform", () => {
  const pValues = Array.from(
    { length: 60 },
    (_, seed) =>
      twoSampleTest(normals(40, 2, 2 * seed), normals(40, 2, 2 * seed + 1), {
        permutations: 99,
        seed,
      }).pValue,
  ).sort((a, b) => a - b);
  // Kolmogorov–Smirnov at the level of 0.1 %: 1.95 / √60.
  const largestGap = Math.max(...pValues.map((p, at) => Math.max((at + 1) / 60 - p, p - at / 60)));
  expect(largestGap).toBeLessThan(1.95 / Math.sqrt(60) + 0.01);
});

test("a shift is told apart by the smallest possible p-value", () => {
  const { pValue } = twoSampleTest(normals(100, 2, 1), normals(100, 2, 2, 1), {
    permutations: 199,
  });
  expect(pValue).toBe(1 / 200);
});

test("fine structure under equal means and variances is told apart", () => {
  const blurred = normals(300, 2, 3);
  const values = blurred.values.map((value) => Math.round(value * 3) / 3);
  const { pValue } = twoSampleTest(
    normals(300, 2, 4),
    { ...blurred, values },
    { permutations: 199 },
  );
  expect(pValue).toBe(1 / 200);
});

test("points that all coincide are one distribution, and nonsense is refused", () => {
  const same = { count: 5, width: 2, values: new Float64Array(10) };
  expect(twoSampleTest(same, same, { permutations: 9 })).toMatchObject({
    mmdSquared: 0,
    pValue: 1,
  });
  expect(() => twoSampleTest(same, same, { permutations: 0 })).toThrow("permutations");
  expect(() => twoSampleTest(same, normals(5, 3, 1))).toThrow();
});
