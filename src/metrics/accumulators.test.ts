import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { cmmdTo } from "./cmmd.js";
import { FeatureSet } from "./features.js";
import { frechetDistanceTo } from "./frechet-distance.js";
import { frechetInfinityTo } from "./frechet-infinity.js";
import { InceptionScore } from "./inception-score.js";
import { kernelDistanceTo } from "./kernel-distance.js";
import { Likelihood } from "./likelihood.js";
import { authenticityTo } from "./memorisation/authenticity.js";
import { copyingTestTo } from "./memorisation/copying-test.js";
import { nearestTrainingTo } from "./memorisation/nearest-training.js";
import { mindTo } from "./mind.js";
import { ModeCoverage } from "./mode-coverage.js";
import { FeatureMoments } from "./moments.js";
import { msSsimDiversityOf } from "./ms-ssim/diversity.js";
import { parzenLikelihoodUnder } from "./parzen.js";
import { SampleHistogram } from "./planar/histogram.js";
import { PlanarModes } from "./planar/modes.js";
import { precisionRecallTo } from "./precision-recall.js";
import { featuresOf, part, uniforms, whole } from "./reference.testing.js";

const COUNT = 48;
const real = featuresOf(1, 60, 4);
const test2 = featuresOf(3, 40, 4);
const fake = featuresOf(2, COUNT, 4, { scale: 1.1, shift: 0.1 });
const pictures = {
  count: COUNT,
  width: 12 * 13,
  values: uniforms(4, COUNT * 12 * 13),
};
const probs = (() => {
  const weights = uniforms(5, COUNT * 5).map((u) => u ** 6);
  return weights.map((weight, at) => {
    const row = Math.floor(at / 5) * 5;
    return weight / weights.subarray(row, row + 5).reduce((a, b) => a + b, 0);
  });
})();
const probsOf = (first: number, last: number) => probs.slice(5 * first, 5 * last);
const realMoments = (() => {
  const gathered = new FeatureMoments(4);
  gathered.add(whole(real));
  return gathered.result();
})();
const square = { left: -2, right: 2, bottom: -2, top: 2 };
const uniformSquare = (x: number, y: number) =>
  Math.max(Math.abs(x), Math.abs(y)) <= 1 ? -Math.log(4) : Number.NEGATIVE_INFINITY;

/** A kind of accumulator, and the batch of the images from the first to before the last. */
interface Kind<B> {
  readonly make: () => Accumulator<B, unknown>;
  readonly batch: (first: number, last: number) => B;
}
const ofFeatures = (make: Kind<ReturnType<typeof part>>["make"]) => ({
  make,
  batch: (first: number, last: number) => part(fake, first, last),
});
const kind = <B>(of: Kind<B>): Kind<unknown> => of as Kind<unknown>;

const kinds: Record<string, Kind<unknown>> = {
  features: kind(ofFeatures(() => new FeatureSet(4))),
  moments: kind(ofFeatures(() => new FeatureMoments(4))),
  "Fréchet distance": kind(ofFeatures(() => frechetDistanceTo(realMoments))),
  "Fréchet distance at infinity": kind(ofFeatures(() => frechetInfinityTo(realMoments))),
  "kernel distance": kind(ofFeatures(() => kernelDistanceTo(real, { subsets: 5, subsetSize: 20 }))),
  CMMD: kind(ofFeatures(() => cmmdTo(real, 2))),
  "precision and recall": kind(ofFeatures(() => precisionRecallTo(real, 3))),
  MIND: kind(ofFeatures(() => mindTo(real, { directions: 10 }))),
  "nearest training images": kind(ofFeatures(() => nearestTrainingTo(real, 7))),
  authenticity: kind(ofFeatures(() => authenticityTo(real))),
  "copying test": kind(ofFeatures(() => copyingTestTo(real, test2, { cells: 2, least: 5 }))),
  "Parzen windows": kind(ofFeatures(() => parzenLikelihoodUnder(real, 0.5))),
  "MS-SSIM": kind({
    make: () => msSsimDiversityOf({ channels: 1, height: 12, width: 13 }, { pairs: 20 }),
    batch: (first, last) => part(pictures, first, last),
  }),
  "Inception Score": kind({
    make: () => new InceptionScore(5, 3),
    batch: (first, last) => ({ first, probs: probsOf(first, last) }),
  }),
  "mode coverage": kind({
    make: () => new ModeCoverage([1, 2, 3, 4, 5]),
    batch: (first, last) => ({ probs: probsOf(first, last) }),
  }),
  likelihood: kind({
    make: () => new Likelihood(4, 256),
    batch: (first, last) => fake.values.slice(first, last),
  }),
  "planar modes": kind({
    make: () => new PlanarModes([0, 0, 1, 1], 0.2),
    batch: (first, last) => fake.values.slice(2 * first, 2 * last),
  }),
  "planar histogram": kind({
    make: () => new SampleHistogram(uniformSquare, square, { cells: 5 }),
    batch: (first, last) => fake.values.slice(2 * first, 2 * last),
  }),
};

/** Where a set is cut, and the order in which its parts come. */
const cuts = fc
  .uniqueArray(fc.integer({ min: 1, max: COUNT - 1 }), { maxLength: 6 })
  .chain((places) => {
    const ends = [...places.sort((a, b) => a - b), COUNT];
    const spans = ends.map((end, at) => [at === 0 ? 0 : ends[at - 1], end] as const);
    return fc.shuffledSubarray(spans, { minLength: spans.length });
  });

describe.each(Object.entries(kinds))("%s", (_, { make, batch }) => {
  const all = make();
  all.add(batch(0, COUNT));
  const expected = all.result();
  const gather = (spans: readonly (readonly [number, number])[]) => {
    const gathered = make();
    for (const span of spans) gathered.add(batch(...span));
    return gathered;
  };

  test("gives the same digits for any batches in any order", () => {
    fc.assert(
      fc.property(cuts, (spans) => {
        expect(gather(spans).result()).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test("merges in any order and grouping", () => {
    fc.assert(
      fc.property(cuts, fc.nat(), fc.nat(), (spans, i, j) => {
        const [low, high] = [i % (spans.length + 1), j % (spans.length + 1)].sort((a, b) => a - b);
        const parts = () => [
          gather(spans.slice(0, low)),
          gather(spans.slice(low, high)),
          gather(spans.slice(high)),
        ];
        const [a, b, c] = parts();
        a.merge(b);
        a.merge(c);
        expect(a.result()).toEqual(expected);
        const [d, e, f] = parts();
        f.merge(e);
        f.merge(d);
        expect(f.result()).toEqual(expected);
        const [g, h, k] = parts();
        h.merge(k);
        g.merge(h);
        expect(g.result()).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  test("leaves what was merged as it was, and goes on after a result", () => {
    const [a, b] = [gather([[0, 20]]), gather([[20, COUNT]])];
    const whole = gather([[0, 20]]);
    whole.merge(b);
    whole.result();
    a.merge(b);
    expect(a.result()).toEqual(expected);
  });
});

describe("parts that do not belong together", () => {
  test("images given twice or left out are named", () => {
    const twice = new FeatureSet(4);
    twice.add(part(fake, 0, 10));
    twice.add(part(fake, 9, 20));
    expect(() => twice.result()).toThrow("features of image 9 are given twice");
    const gap = new FeatureSet(4);
    gap.add(part(fake, 0, 10));
    gap.add(part(fake, 12, 20));
    expect(() => gap.result()).toThrow("features of image 10 are missing");
  });

  test("other settings are refused", () => {
    const refused = <A extends Accumulator<never, unknown>>(a: A, b: A) =>
      expect(() => a.merge(b)).toThrow(ConfigError);
    refused(new FeatureSet(4), new FeatureSet(5));
    refused(new InceptionScore(5), new InceptionScore(6));
    refused(new InceptionScore(5, 2), new InceptionScore(5, 3));
    refused(new ModeCoverage([1, 2]), new ModeCoverage([2, 1]));
    refused(new ModeCoverage([1, 2]), new ModeCoverage([1, 2], { confidence: 0.9 }));
    refused(new Likelihood(4), new Likelihood(5));
    refused(new Likelihood(4), new Likelihood(4, 256));
    refused(new PlanarModes([0, 0], 1), new PlanarModes([0, 0], 2));
    refused(new PlanarModes([0, 0], 1), new PlanarModes([0, 1], 1));
    refused(
      new SampleHistogram(uniformSquare, square, { cells: 4 }),
      new SampleHistogram(uniformSquare, square, { cells: 5 }),
    );
  });
});
