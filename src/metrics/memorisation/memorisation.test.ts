import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import { chosenFeatures, type Features } from "../features.js";
import { concatenated, featuresOf, reference, uniforms } from "../reference.testing.js";
import { authenticity } from "./authenticity.js";
import { copyingTest, mannWhitneyZ } from "./copying-test.js";
import { nearestTraining } from "./nearest-training.js";

const range = (first: number, last: number) =>
  Uint32Array.from({ length: last - first }, (_, at) => first + at);

function distance(a: Features, i: number, b: Features, j: number): number {
  let sum = 0;
  for (let at = 0; at < a.width; at++) {
    sum += (a.values[i * a.width + at] - b.values[j * b.width + at]) ** 2;
  }
  return Math.sqrt(sum);
}

/** All distances of an image, pair by pair. */
const distances = (a: Features, i: number, b: Features) =>
  Array.from({ length: b.count }, (_, j) => distance(a, i, b, j));

const real = featuresOf(1, 300, 5);
const training = chosenFeatures(real, range(0, 150));
const heldOut = chosenFeatures(real, range(150, 300));
const nearby: Features = {
  ...training,
  values: training.values.map((value, at) => value + 1e-3 * uniforms(3, 750)[at]),
};
const far: Features = { ...heldOut, values: heldOut.values.map((value) => value + 3) };

describe("nearest training image", () => {
  test("is the one of the definition, pair by pair", () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 2, max: 70 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2, max: 9 }),
        (seed, m, n, k) => {
          const train = featuresOf(seed, m, 3);
          const fake = featuresOf(seed + 1, n, 3);
          const result = nearestTraining(train, fake, k);
          for (let i = 0; i < n; i++) {
            const all = distances(fake, i, train);
            const sorted = [...all].sort((a, b) => a - b).slice(0, Math.min(k, m));
            expect(result.nearest[i]).toBe(all.indexOf(sorted[0]));
            expect(result.distance[i]).toBeCloseTo(sorted[0], 7);
            const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
            expect(result.ratio[i]).toBeCloseTo(sorted[0] / mean, 7);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("finds copies at a distance of exactly 0, and none among fresh images", () => {
    const copied = nearestTraining(training, chosenFeatures(training, range(20, 60)));
    expect([...copied.nearest]).toEqual([...range(20, 60)]);
    expect(copied.distance.every((value) => value === 0)).toBe(true);
    expect(copied.copies).toBe(1);
    expect(nearestTraining(training, nearby).copies).toBe(1);
    // In few dimensions even fresh images have a neighbour that is much nearer than the others.
    const wide = featuresOf(2, 300, 40);
    const [known, fresh] = [range(0, 150), range(150, 300)].map((at) => chosenFeatures(wide, at));
    expect(nearestTraining(known, fresh).copies).toBeLessThan(0.05);
  });

  test("refuses too few", () => {
    expect(() => nearestTraining(training, heldOut, 1)).toThrow(ConfigError);
    expect(() => nearestTraining(chosenFeatures(real, [0]), heldOut)).toThrow(DataError);
    expect(() => nearestTraining(training, featuresOf(1, 3, 4))).toThrow(DataError);
  });
});

describe("authenticity", () => {
  test("is the share of the definition, pair by pair", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 2, max: 50 }), (seed, m) => {
        const train = featuresOf(seed, m, 2);
        const fake = featuresOf(seed + 1, 30, 2);
        let authentic = 0;
        for (let i = 0; i < 30; i++) {
          const all = distances(fake, i, train);
          const nearest = all.indexOf(Math.min(...all));
          const others = distances(train, nearest, train).filter((_, j) => j !== nearest);
          if (all[nearest] > Math.min(...others)) authentic++;
        }
        expect(authenticity(train, fake)).toBeCloseTo((100 * authentic) / 30, 9);
      }),
      { numRuns: 40 },
    );
  });

  test("an image as far from its nearest as that one from its own is not authentic", () => {
    const line = (...values: number[]): Features => ({
      count: values.length,
      width: 1,
      values: Float64Array.from(values),
    });
    expect(authenticity(line(0, 1), line(2, -1))).toBe(0);
    expect(authenticity(line(0, 1), line(2.5, 0.5))).toBe(50);
  });

  test("is 0 for copies, about 50 for fresh images and 100 far away", () => {
    expect(authenticity(training, training)).toBe(0);
    expect(authenticity(training, nearby)).toBe(0);
    expect(authenticity(training, far)).toBe(100);
    const fresh = authenticity(training, heldOut);
    expect(fresh).toBeGreaterThan(38);
    expect(fresh).toBeLessThan(62);
  });
});

describe("copying test", () => {
  test("Mann and Whitney's z, with ties, is that of SciPy 1.17.1", () => {
    const x = uniforms(15, 40).map((u) => Math.floor(20 * u));
    const y = uniforms(16, 55).map((u) => Math.floor(15 * u));
    expect(mannWhitneyZ(x, y)).toBeCloseTo(reference.mannWhitney, 12);
    expect(mannWhitneyZ(y, x)).toBeCloseTo(-reference.mannWhitney, 12);
  });

  test("is far below 0 for copies, near 0 for fresh images and far above 0 away from the data", () => {
    const test100 = chosenFeatures(heldOut, range(0, 75));
    const fresh = chosenFeatures(heldOut, range(75, 150));
    const value = (fake: Features) => copyingTest(training, test100, fake, { cells: 2 }).value;
    expect(value(nearby)).toBeLessThan(-5);
    expect(Math.abs(value(fresh))).toBeLessThan(3);
    expect(value(far)).toBeGreaterThan(5);
  });

  test("finds copying in one part of the space, by cells", () => {
    const away = (features: Features): Features => ({
      ...features,
      values: features.values.map((value) => value + 100),
    });
    const train = concatenated(training, away(training));
    const { cells } = copyingTest(
      train,
      concatenated(heldOut, away(heldOut)),
      concatenated(nearby, away(far)),
      { cells: 2 },
    );
    expect(cells.map(({ share }) => share)).toEqual([0.5, 0.5]);
    const [low, high] = cells.map(({ zScore }) => zScore).sort((a, b) => a - b);
    expect(low).toBeLessThan(-5);
    expect(high).toBeGreaterThan(5);
  });

  test("of one cell is z of the distances to the nearest training images", () => {
    const nearest = (set: Features) =>
      Float64Array.from({ length: set.count }, (_, i) => Math.min(...distances(set, i, training)));
    const { value } = copyingTest(training, heldOut, far, { cells: 1 });
    expect(value).toBeCloseTo(mannWhitneyZ(nearest(far), nearest(heldOut)), 9);
  });

  test("refuses cells that nobody fills", () => {
    const few = chosenFeatures(heldOut, range(0, 10));
    expect(() => copyingTest(training, heldOut, few)).toThrow(DataError);
    expect(() => copyingTest(training, heldOut, far, { cells: 0 })).toThrow(ConfigError);
  });
});
