import { expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import { meanInterval, studentQuantile } from "./mean-interval.js";

/** SciPy 1.17.1: scipy.stats.t.ppf(0.5 + level / 2, freedom) */
test.each([
  [1, 0.95, 12.706204736174694],
  [2, 0.95, 4.302652729749462],
  [4, 0.95, 2.7764451051977934],
  [9, 0.99, 3.249835541592126],
  [30, 0.9, 1.697260886593957],
])("Student's quantile of %i degrees of freedom at %f is SciPy's", (freedom, level, expected) => {
  expect(studentQuantile(freedom, level)).toBeCloseTo(expected, 10);
});

test("an interval is centred on the mean, and as wide as the values differ", () => {
  const { mean, low, high } = meanInterval([1, 2, 3]);
  expect(mean).toBe(2);
  expect(high - mean).toBeCloseTo(4.302652729749462 / Math.sqrt(3), 10);
  expect(mean - low).toBeCloseTo(high - mean, 12);
  expect(meanInterval([5, 5]).high).toBe(5);
  expect(() => meanInterval([1])).toThrow(ConfigError);
});
