import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { auroc, falsePositiveRate } from "./auroc.js";

const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });

/** AUROC by its definition, over all pairs. */
function byPairs(normal: readonly number[], anomalous: readonly number[]): number {
  let wins = 0;
  for (const high of anomalous) {
    for (const low of normal) wins += high > low ? 1 : high === low ? 0.5 : 0;
  }
  return wins / (normal.length * anomalous.length);
}

describe("area under the curve", () => {
  test("is the share of correctly ordered pairs", () => {
    fc.assert(
      fc.property(scores, scores, (normal, anomalous) => {
        expect(auroc(normal, anomalous)).toBeCloseTo(byPairs(normal, anomalous), 12);
      }),
    );
  });

  test("ranks an image of probability 0 as the most anomalous", () => {
    expect(auroc([1, 2, 3], [Number.POSITIVE_INFINITY, 2.5])).toBeCloseTo(5 / 6, 12);
  });

  test("agrees with the trapezoids under the curve", () => {
    // Thresholds 4, 3, 2, 1 give (0, ⅓), (½, ⅔), (½, 1), (1, 1): area ½·⅓ + ½·⅓·½ + ½·1.
    expect(auroc([3, 1], [4, 3, 2])).toBeCloseTo((0.5 * (1 / 3 + 2 / 3)) / 2 + 0.5, 12);
  });

  test("refuses empty input and NaN", () => {
    expect(() => auroc([], [1])).toThrow(ConfigError);
    expect(() => auroc([1], [])).toThrow(ConfigError);
    expect(() => auroc([Number.NaN], [1])).toThrow(DataError);
  });
});

describe("false positive rate", () => {
  test("counts the normal images at or above the threshold that finds enough anomalies", () => {
    fc.assert(
      fc.property(
        scores,
        scores,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (normal, anomalous, share) => {
          const rate = falsePositiveRate(normal, anomalous, share);
          const found = (threshold: number) =>
            anomalous.filter((score) => score >= threshold).length / anomalous.length;
          const taken = (threshold: number) =>
            normal.filter((score) => score >= threshold).length / normal.length;
          const enough = anomalous.filter((threshold) => found(threshold) >= share - 1e-12);
          expect(rate).toBeCloseTo(Math.min(...enough.map(taken)), 12);
        },
      ),
    );
  });

  test("refuses a share out of range", () => {
    expect(() => falsePositiveRate([1], [1], 0)).toThrow(ConfigError);
    expect(() => falsePositiveRate([1], [], 0.5)).toThrow(ConfigError);
  });
});
