import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { Calibration } from "./calibration.js";
import type { ClassifiedBatch } from "./classified.js";
import { Confusion } from "./confusion.js";
import { wilsonInterval } from "./wilson.js";

const CLASSES = 3;
const NAMES = ["cat", "dog", "bird"];

const image = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: CLASSES, maxLength: CLASSES }),
    fc.nat({ max: CLASSES - 1 }),
  )
  .map(([weights, actual]) => {
    const total = weights.reduce((a, b) => a + b, 0);
    return { probs: weights.map((weight) => weight / total), actual };
  });
const images = fc.array(image, { minLength: 1, maxLength: 60 });

type ClassifiedImage = { probs: number[]; actual: number };
const batch = (of: readonly ClassifiedImage[]): ClassifiedBatch => ({
  probs: of.flatMap(({ probs }) => probs),
  actual: of.map(({ actual }) => actual),
});

describe("calibration", () => {
  test("is the sum of the definition, bin by bin", () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 20 }), (all, bins) => {
        const calibration = new Calibration(CLASSES, bins);
        calibration.add(batch(all));
        let expected = 0;
        for (let bin = 0; bin < bins; bin++) {
          const inside = all.filter(({ probs }) => {
            const confidence = Math.max(...probs);
            return confidence > bin / bins && confidence <= (bin + 1) / bins;
          });
          const gap = inside.reduce((sum, { probs, actual }) => {
            const confidence = Math.max(...probs);
            return sum + confidence - (probs.indexOf(confidence) === actual ? 1 : 0);
          }, 0);
          expected += Math.abs(gap) / all.length;
        }
        expect(calibration.result().expectedError).toBeCloseTo(expected, 9);
      }),
    );
  });

  test("a classifier that is as sure as it is right has no error, one that is always sure has its error rate", () => {
    const calibrated = new Calibration(2, 10);
    calibrated.add({
      probs: Array.from({ length: 8 }, () => [0.75, 0.25]).flat(),
      actual: [0, 0, 0, 0, 0, 0, 1, 1],
    });
    expect(calibrated.result().expectedError).toBeCloseTo(0, 12);
    const sure = new Calibration(2, 10);
    sure.add({ probs: [1, 0, 1, 0, 1, 0, 1, 0], actual: [0, 0, 0, 1] });
    expect(sure.result()).toMatchObject({ count: 4, expectedError: 0.25, maximumError: 0.25 });
  });

  test("a confidence on the border of two bins belongs to the lower one", () => {
    const calibration = new Calibration(2, 4);
    calibration.add({ probs: [0.5, 0.5, 0.25, 0.75, 1, 0], actual: [0, 0, 0] });
    expect(calibration.result().bins.map(({ count }) => count)).toEqual([0, 1, 1, 1]);
  });

  test("parts in any order and of any size give the same digits", () => {
    fc.assert(
      fc.property(images, images, fc.nat({ max: 60 }), (left, right, cut) => {
        const all = [...left, ...right];
        const whole = new Calibration(CLASSES);
        const parts = new Calibration(CLASSES);
        const rest = new Calibration(CLASSES);
        whole.add(batch(all));
        parts.add(batch(all.slice(cut).reverse()));
        rest.add(batch(all.slice(0, cut)));
        parts.merge(rest);
        expect(parts.result()).toEqual(whole.result());
      }),
    );
  });

  test("refuses what is no distribution, no class or nothing", () => {
    const calibration = new Calibration(2);
    expect(() => calibration.result()).toThrow(DataError);
    expect(() => calibration.add({ probs: [0.5, 0.4], actual: [0] })).toThrow(/sum to 0.9/);
    expect(() => calibration.add({ probs: [Number.NaN, 1], actual: [0] })).toThrow(DataError);
    expect(() => calibration.add({ probs: [-0.5, 1.5], actual: [0] })).toThrow(DataError);
    expect(() => calibration.add({ probs: [0.5, 0.5], actual: [2] })).toThrow(/class 2/);
    expect(() => calibration.add({ probs: [0.5, 0.5, 0.5], actual: [0] })).toThrow(DataError);
    expect(() => calibration.add({ probs: [0.5, 0.5], actual: [0, 1] })).toThrow(DataError);
    expect(() => new Calibration(0)).toThrow(ConfigError);
    expect(() => calibration.merge(new Calibration(3))).toThrow(ConfigError);
  });
});

describe("confusion", () => {
  test("counts actual classes by row and predictions by column", () => {
    const confusion = new Confusion(NAMES);
    const sure = (predicted: number) => [0, 1, 2].map((at) => (at === predicted ? 1 : 0));
    confusion.add({
      probs: [0, 1, 1, 1, 2, 2].flatMap(sure),
      actual: [0, 0, 0, 1, 2, 0],
    });
    const result = confusion.result();
    expect(result.matrix).toEqual([
      [1, 2, 1],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(result.accuracy).toBe(0.5);
    expect(result.confused).toEqual([
      { actual: "cat", predicted: "dog", count: 2, share: 0.5 },
      { actual: "cat", predicted: "bird", count: 1, share: 0.25 },
    ]);
    expect(result.perClass[0]).toEqual({ name: "cat", count: 4, recall: 0.25, precision: 1 });
    expect(result.perClass[1]).toMatchObject({ recall: 1, precision: 1 / 3 });
  });

  test("merged parts are the whole", () => {
    fc.assert(
      fc.property(images, images, (left, right) => {
        const whole = new Confusion(NAMES);
        whole.add(batch([...left, ...right]));
        const [a, b] = [new Confusion(NAMES), new Confusion(NAMES)];
        a.add(batch(right));
        b.add(batch(left));
        a.merge(b);
        expect(a.result()).toEqual(whole.result());
      }),
    );
  });

  test("refuses other classes, and nothing", () => {
    expect(() => new Confusion(NAMES).result()).toThrow(DataError);
    expect(() => new Confusion([])).toThrow(ConfigError);
    expect(() => new Confusion(NAMES).merge(new Confusion(["cat", "dog", "cow"]))).toThrow(
      ConfigError,
    );
  });
});

/** Hits, count, low and high. */
const WILSON = [
  [0, 5, 0, 0.43448246478317476],
  [5, 5, 0.5655175352168251, 1],
  [1, 3, 0.06149194472039626, 0.7923403991979523],
  [93, 100, 0.8625048526092649, 0.9656807389327273],
  [9930, 10_000, 0.9911659969160673, 0.9944553806904455],
] as const;

describe("Wilson's interval", () => {
  test("agrees with SciPy 1.17.1, binomtest(k, n).proportion_ci(method='wilson')", () => {
    for (const [hits, count, low, high] of WILSON) {
      expect(wilsonInterval(hits, count).low).toBeCloseTo(low, 12);
      expect(wilsonInterval(hits, count).high).toBeCloseTo(high, 12);
    }
  });

  test("stays within [0, 1] and refuses what is no share", () => {
    for (let count = 1; count <= 20; count++) {
      expect(wilsonInterval(0, count).low).toBe(0);
      expect(wilsonInterval(count, count).high).toBe(1);
    }
    expect(() => wilsonInterval(0, 0)).toThrow(ConfigError);
    expect(() => wilsonInterval(6, 5)).toThrow(ConfigError);
  });
});
