import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import type { Features } from "./features.js";
import { frechetDistance, frechetDistanceTo } from "./frechet-distance.js";
import { frechetInfinity } from "./frechet-infinity.js";
import { FeatureMoments, type Moments } from "./moments.js";
import { featuresOf, part, reference, whole } from "./reference.testing.js";

function moments(features: Features): Moments {
  const gathered = new FeatureMoments(features.width);
  gathered.add(whole(features));
  return gathered.result();
}

/** As `singular` in reference/metrics.py. */
function singular({ count, width, values }: Features, rank: number): Features {
  const y = values.slice();
  for (let at = 0; at < y.length; at++) {
    if (at % width >= rank) y[at] = y[at - rank] + y[at - rank + 1];
  }
  for (let image = 0; image < count; image++) y[(image + 1) * width - 1] = 1;
  return { count, width, values: y };
}

function first({ width, values }: Features, count: number): Features {
  return { count, width, values: values.slice(0, count * width) };
}

const shifted = (features: Features, by: number): Features => ({
  ...features,
  values: features.values.map((value) => value + by),
});

/** Multiples of 2⁻¹⁰, so that a float32 holds them beside a large mean. */
const coarse = (features: Features): Features => ({
  ...features,
  values: features.values.map((value) => Math.round(1024 * value) / 1024),
});

const a = featuresOf(1, 300, 16);
const b = featuresOf(2, 250, 16, { scale: 1.25, shift: 0.25 });
const cases: Record<string, readonly [Features, Features]> = {
  random: [a, b],
  wide: [featuresOf(3, 400, 100), featuresOf(4, 500, 100, { scale: 0.75, shift: -0.5 })],
  "far from the origin": [shifted(a, 1000), shifted(b, 1000)],
  singular: [singular(a, 11), singular(b, 11)],
  "one singular": [a, singular(b, 11)],
  "fewer images than features": [first(a, 5), first(b, 7)],
};

describe("Fréchet distance", () => {
  test.each(Object.entries(cases))(
    "of %s sets agrees with the references",
    (name, [real, fake]) => {
      const { value } = frechetDistance(moments(real), moments(fake));
      const { torchFidelity, sqrtm, singularValues } = reference.frechet[name];
      expect(Math.abs(value / torchFidelity - 1)).toBeLessThan(1e-6);
      expect(Math.abs(value / sqrtm - 1)).toBeLessThan(1e-6);
      // Singular values of the data itself lose no digits where covariances are singular.
      expect(Math.abs(value / singularValues - 1)).toBeLessThan(1e-10);
    },
  );

  test("of a set with itself is 0, singular or not", () => {
    for (const [real, fake] of Object.values(cases)) {
      for (const set of [real, fake]) {
        const trace = moments(set).covariance.reduce(
          (sum, value, at) => (at % (set.width + 1) === 0 ? sum + value : sum),
          0,
        );
        expect(frechetDistance(moments(set), moments(set)).value).toBeLessThan(1e-12 * trace);
      }
    }
  });

  test("of Gaussians with diagonal covariances is that of the formula", () => {
    const diagonal = (mean: readonly number[], sd: readonly number[]): Moments => ({
      count: 100,
      mean: Float64Array.from(mean),
      covariance: Float64Array.from({ length: 9 }, (_, at) => (at % 4 === 0 ? sd[at / 4] ** 2 : 0)),
    });
    const distance = frechetDistance(
      diagonal([0, 1, 2], [1, 2, 0]),
      diagonal([1, 1, 0], [4, 1e-3, 3]),
    );
    expect(distance.ofMeans).toBe(5);
    expect(distance.value).toBeCloseTo(5 + 9 + (2 - 1e-3) ** 2 + 9, 12);
    expect(distance.tooFewImages).toBe(false);
  });

  test("is symmetric, and does not move with both sets", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 8 }),
        (seed, countX, countY, width) => {
          const x = coarse(featuresOf(seed, countX, width));
          const y = coarse(featuresOf(seed + 1, countY, width, { scale: 2 }));
          const there = frechetDistance(moments(x), moments(y)).value;
          expect(frechetDistance(moments(y), moments(x)).value).toBeCloseTo(there, 10);
          const far = frechetDistance(moments(shifted(x, 64)), moments(shifted(y, 64))).value;
          expect(far).toBeCloseTo(there, 10);
        },
      ),
    );
  });

  test("says when images are too few", () => {
    expect(frechetDistance(moments(first(a, 16)), moments(b)).tooFewImages).toBe(true);
    expect(frechetDistance(moments(first(a, 17)), moments(b)).tooFewImages).toBe(false);
  });

  test("refuses other widths, single images and features that are not finite", () => {
    const narrow = moments(featuresOf(1, 10, 4));
    expect(() => frechetDistance(moments(a), narrow)).toThrow(DataError);
    const gathered = frechetDistanceTo(narrow);
    expect(() => gathered.result()).toThrow(/at least 2 images/);
    expect(() => gathered.add({ first: 0, values: [1, 2, 3] })).toThrow(/rows of 4/);
    expect(() => gathered.add({ first: -1, values: [1, 2, 3, 4] })).toThrow(DataError);
    expect(() => gathered.add({ first: 7, values: [1, 2, Number.NaN, 4] })).toThrow(
      "feature 2 of image 7 is NaN",
    );
    expect(() => new FeatureMoments(0)).toThrow(ConfigError);
    expect(() => new FeatureMoments(4097)).toThrow(/at most 4096 features, not 4097/);
    expect(() => new FeatureMoments(3).merge(new FeatureMoments(4))).toThrow(ConfigError);
  });
});

describe("moments", () => {
  test("are those of the definition, however far the mean", () => {
    const base = coarse(featuresOf(5, 101, 5));
    const { mean, covariance } = moments(base);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        let sum = 0;
        for (let image = 0; image < 101; image++) {
          const deviation = (k: number) => base.values[5 * image + k] - mean[k];
          sum += deviation(i) * deviation(j);
        }
        expect(covariance[5 * i + j]).toBeCloseTo(sum / 100, 14);
      }
    }
    expect(moments(shifted(base, 2 ** 13)).covariance).toEqual(covariance);
  });

  test("are those of the definition, however large or small the features", () => {
    const base = coarse(featuresOf(5, 21, 5));
    const { covariance } = moments(base);
    for (const power of [2 ** 450, 2 ** -450, 2 ** 100]) {
      const scaled = moments({ ...base, values: base.values.map((value) => value * power) });
      expect(scaled.covariance).toEqual(covariance.map((value) => value * power * power));
    }
  });

  test("are the same to the last bit in any parts and order", () => {
    const all = featuresOf(6, 61, 9, { scale: 1e3, shift: -7 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
        fc.nat({ max: 720 }),
        (cuts, turn) => {
          const ends = [0, ...cuts.sort((x, y) => x - y), 61];
          const parts = ends.slice(1).map((end, at) => part(all, ends[at], end));
          const rotated = parts.map((_, at) => parts[(at * 5 + turn) % parts.length]);
          const order = parts.length % 5 === 0 ? parts.reverse() : rotated;
          const [left, right] = [new FeatureMoments(9), new FeatureMoments(9)];
          order.forEach((batch, at) => {
            (at % 2 === 0 ? left : right).add(batch);
          });
          right.merge(left);
          expect(right.result()).toEqual(moments(all));
        },
      ),
    );
  });
});

describe("Fréchet distance at infinitely many images", () => {
  test("takes off most of the bias between sets of one distribution", () => {
    const real = moments(featuresOf(20, 4000, 12));
    const fake = featuresOf(21, 600, 12);
    const { value, slope, sizes, distances, rSquared } = frechetInfinity(real, fake);
    expect(sizes[0]).toBe(60);
    expect(sizes[14]).toBe(600);
    expect(distances[14]).toBe(frechetDistance(real, moments(fake)).value);
    expect(slope).toBeGreaterThan(0);
    expect(rSquared).toBeGreaterThan(0.9);
    expect(Math.abs(value)).toBeLessThan(distances[14] / 2);
  });

  test("refuses sets that are too small", () => {
    const real = moments(featuresOf(20, 50, 2));
    expect(() => frechetInfinity(real, featuresOf(21, 29, 2))).toThrow(DataError);
    expect(() => frechetInfinity(real, featuresOf(21, 40, 2), { smallest: 39 })).toThrow(
      ConfigError,
    );
  });
});
