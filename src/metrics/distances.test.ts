import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { cmmd } from "./cmmd.js";
import { jensenShannonDivergence, klDivergence } from "./divergence.js";
import { chosenFeatures, type Features } from "./features.js";
import { InceptionScore } from "./inception-score.js";
import { kernelDistance, polynomialMmd } from "./kernel-distance.js";
import { mind, squaredWasserstein } from "./mind.js";
import { precisionRecall } from "./precision-recall.js";
import { concatenated, featuresOf, reference, uniforms } from "./reference.testing.js";

/** [count] whole numbers, as `order` in reference/metrics.py. */
const every = (step: number, start: number, of: number) =>
  Uint32Array.from({ length: 40 }, (_, at) => (step * at + start) % of);

const relativeError = (value: number, expected: number) => Math.abs(value / expected - 1);

describe("kernel distance", () => {
  const x = featuresOf(5, 60, 12);
  const y = featuresOf(6, 50, 12, { scale: 1.25, shift: 0.25 });

  test("of the same subsets is that of torch-fidelity 0.4.0", () => {
    reference.kernel.subsets.forEach((expected, at) => {
      const value = polynomialMmd(
        chosenFeatures(x, every(7, at, 60)),
        chosenFeatures(y, every(3, at, 50)),
      );
      expect(relativeError(value, expected)).toBeLessThan(1e-6);
    });
  });

  test("is the estimate over all images where a subset is all there is", () => {
    const first = chosenFeatures(
      x,
      Uint32Array.from({ length: 50 }, (_, at) => at),
    );
    const { value, standardError, subsetSize } = kernelDistance(first, y, { subsets: 3 });
    expect(subsetSize).toBe(50);
    expect(value).toBeCloseTo(polynomialMmd(first, y), 12);
    expect(standardError).toBeLessThan(1e-12);
  });

  test("varies about 0 for two sets of one distribution", () => {
    const values = Array.from({ length: 40 }, (_, at) =>
      polynomialMmd(featuresOf(100 + at, 30, 3), featuresOf(200 + at, 45, 3)),
    );
    const mean = values.reduce((a, b) => a + b, 0) / 40;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39);
    expect(Math.abs(mean)).toBeLessThan((3 * sd) / Math.sqrt(40));
    expect(values.some((value) => value < 0)).toBe(true);
  });

  test("is the sum of the definition", () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 40 }),
        (seed, m, n) => {
          const a = featuresOf(seed, m, 3);
          const b = featuresOf(seed + 1, n, 3);
          const mean = (p: Features, q: Features) => {
            let sum = 0;
            for (let i = 0; i < p.count; i++) {
              for (let j = 0; j < q.count; j++) {
                if (p === q && i === j) continue;
                let product = 0;
                for (let k = 0; k < 3; k++) product += p.values[3 * i + k] * q.values[3 * j + k];
                sum += (product / 3 + 1) ** 3;
              }
            }
            return sum / (p.count * (p === q ? p.count - 1 : q.count));
          };
          const expected = mean(a, a) + mean(b, b) - 2 * mean(a, b);
          expect(polynomialMmd(a, b)).toBeCloseTo(expected, 9);
          expect(polynomialMmd(b, a)).toBeCloseTo(expected, 9);
        },
      ),
    );
  });

  test("of a set with itself is below 0, as an image is compared with itself between but not within", () => {
    const copy = { ...x, values: x.values.slice() };
    expect(polynomialMmd(x, x)).toBeLessThan(0);
    expect(polynomialMmd(x, x)).toBe(polynomialMmd(x, copy));
  });

  test("refuses what cannot be compared", () => {
    expect(() => kernelDistance(x, featuresOf(1, 50, 11))).toThrow(DataError);
    expect(() => kernelDistance(x, featuresOf(1, 1, 12))).toThrow(DataError);
    expect(() => kernelDistance(x, y, { subsetSize: 51 })).toThrow(/2 to 50/);
    expect(() => kernelDistance(x, y, { subsets: 0 })).toThrow(ConfigError);
  });
});

describe("CMMD", () => {
  const x = chosenFeatures(
    featuresOf(5, 60, 12),
    Uint32Array.from({ length: 50 }, (_, at) => at),
  );
  const y = featuresOf(6, 50, 12, { scale: 1.25, shift: 0.25 });

  test("is 1,000 times torch-fidelity 0.4.0's biased estimate with a Gaussian kernel", () => {
    expect(relativeError(cmmd(x, y, 3).value, 1000 * reference.kernel.gaussian)).toBeLessThan(1e-9);
  });

  test("is 0 of a set with itself, 2,000 between far points, and symmetric", () => {
    expect(cmmd(x, x, 3).value).toBe(0);
    const point = (at: number): Features => ({ count: 1, width: 1, values: Float64Array.of(at) });
    expect(cmmd(point(0), point(1000)).value).toBe(2000);
    expect(cmmd(x, y, 3).value).toBeCloseTo(cmmd(y, x, 3).value, 9);
    expect(() => cmmd(x, y, 0)).toThrow(ConfigError);
  });
});

describe("precision, recall, density and coverage", () => {
  const x = featuresOf(8, 90, 6);
  const y = featuresOf(9, 140, 6, { scale: 0.7, shift: 0.4 });
  const half = featuresOf(10, 60, 3);
  const rows = (first: number, last: number) =>
    chosenFeatures(
      half,
      Uint32Array.from({ length: last - first }, (_, at) => first + at),
    );
  const pairs = {
    asymmetric: [x, y],
    swapped: [y, x],
    "with copies": [concatenated(half, rows(0, 20)), rows(10, 40)],
  } as const;

  test.each(reference.manifolds)("of %o are those of prdc 0.2", ({ pair, k, ...expected }) => {
    const [real, fake] = pairs[pair];
    const result = precisionRecall(real, fake, k);
    expect(result.precision).toBeCloseTo(expected.precision, 12);
    expect(result.recall).toBeCloseTo(expected.recall, 12);
    expect(result.density).toBeCloseTo(expected.density, 12);
    expect(result.coverage).toBeCloseTo(expected.coverage, 12);
  });

  test("a point on a ball's surface is outside", () => {
    const line = (...values: number[]): Features => ({
      count: values.length,
      width: 1,
      values: Float64Array.from(values),
    });
    // Real balls reach from −1 to 1, from 0 to 2 and from 1 to 3; the fake ones reach 10.
    const onSurface = precisionRecall(line(0, 1, 2), line(3, 13), 1);
    expect(onSurface).toMatchObject({ precision: 0, density: 0, coverage: 0, recall: 1 });
    const swapped = precisionRecall(line(3, 13), line(0, 1, 2), 1);
    expect(swapped).toMatchObject({ precision: 1, coverage: 0.5, recall: 0 });
    expect(precisionRecall(line(0, 1, 2), line(2.5, 12.5), 1)).toMatchObject({
      precision: 0.5,
      density: 0.5,
      coverage: 1 / 3,
    });
  });

  test("which of the two falls tells noise from dropped modes", () => {
    const cluster = (seed: number, shift: number) => featuresOf(seed, 50, 2, { scale: 0.1, shift });
    const real = concatenated(cluster(1, 0), cluster(2, 10));
    const oneMode = concatenated(cluster(3, 0), cluster(4, 0));
    const noisy = concatenated(cluster(5, 0), cluster(6, 10), cluster(7, 5), cluster(8, -5));
    const dropped = precisionRecall(real, oneMode, 3);
    expect(dropped.precision).toBeGreaterThan(0.9);
    expect(dropped.recall).toBeLessThan(0.55);
    expect(dropped.coverage).toBeLessThan(0.55);
    const noise = precisionRecall(real, noisy, 3);
    expect(noise.precision).toBeLessThan(0.55);
    expect(noise.recall).toBeGreaterThan(0.9);
  });

  test("of a set against itself, the very object or a copy, precision, recall and coverage are 1", () => {
    for (const other of [x, { ...x, values: x.values.slice() }]) {
      expect(precisionRecall(x, other, 3)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    }
  });

  test("refuses sets of k images and other widths", () => {
    expect(() => precisionRecall(x, featuresOf(1, 5, 6), 5)).toThrow(DataError);
    expect(() => precisionRecall(x, half)).toThrow(DataError);
    const unknown = { ...y, values: y.values.map((value, at) => (at === y.width ? NaN : value)) };
    expect(() => precisionRecall(x, unknown)).toThrow("feature 0 of image 1 is NaN");
    expect(() => precisionRecall({ ...x, count: x.count + 1 }, y)).toThrow(
      /numbers are not .* rows/,
    );
    expect(() => precisionRecall(x, y, 0)).toThrow(ConfigError);
  });
});

describe("MIND", () => {
  test("in one dimension pairs repeated quantiles", () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (seed, m, n) => {
          const [x, y] = [uniforms(seed, m).sort(), uniforms(seed + 1, n).sort()];
          let expected = 0;
          for (let at = 0; at < m * n; at++) {
            expected += (x[Math.floor(at / n)] - y[Math.floor(at / m)]) ** 2 / (m * n);
          }
          expect(squaredWasserstein(x, y)).toBeCloseTo(expected, 12);
        },
      ),
    );
  });

  test("of a shift is its squared length, of a set with itself 0", () => {
    const x = featuresOf(1, 50, 20);
    const y = { ...x, values: x.values.map((value) => value + 0.5) };
    expect(mind(x, x).value).toBe(0);
    const { value, standardError } = mind(x, y, { directions: 4000 });
    expect(Math.abs(value - 20 * 0.25)).toBeLessThan(4 * standardError);
    expect(mind(y, x).value).toBeCloseTo(mind(x, y).value, 12);
  });

  test("sees what a Fréchet distance does not: equal moments of other shapes", () => {
    const signs: Features = {
      count: 400,
      width: 1,
      values: Float64Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 1 : -1)),
    };
    const even: Features = {
      count: 400,
      width: 1,
      values: Float64Array.from({ length: 400 }, (_, at) => ((at - 199.5) / 200) * Math.sqrt(3)),
    };
    expect(mind(signs, even, { directions: 2 }).value).toBeGreaterThan(0.2);
  });

  test("refuses too few directions", () => {
    const x = featuresOf(1, 5, 2);
    expect(() => mind(x, x, { directions: 1 })).toThrow(ConfigError);
  });
});

describe("Inception Score", () => {
  /** The probabilities of the logits in reference/metrics.py. */
  function softmax({ count, width, values }: Features): Float64Array {
    const probs = values.map(Math.exp);
    for (let image = 0; image < count; image++) {
      const row = probs.subarray(image * width, (image + 1) * width);
      const sum = row.reduce((a, b) => a + b, 0);
      row.set(row.map((p) => p / sum));
    }
    return probs;
  }

  test.each([
    ["splits 10", 200, 10],
    ["splits 1", 203, 1],
  ])("with %s is that of torch-fidelity 0.4.0", (name, count, splits) => {
    const logits = featuresOf(7, 203, 10, { scale: 3 });
    const score = new InceptionScore(10, splits);
    score.add({ first: 0, probs: Float32Array.from(softmax(logits).subarray(0, 10 * count)) });
    const expected = reference.inceptionScore[name];
    expect(score.result().value).toBeCloseTo(expected.inception_score_mean, 6);
    expect(score.result().standardDeviation).toBeCloseTo(expected.inception_score_std, 6);
  });

  test("is 1 where nothing is certain or varied, the number of classes where all is", () => {
    const score = (rows: number[][]) => {
      const gathered = new InceptionScore(3, 1);
      gathered.add({ first: 0, probs: rows.flat() });
      return gathered.result().value;
    };
    expect(score([[0.2, 0.3, 0.5]])).toBeCloseTo(1, 12);
    expect(
      score([
        [1, 0, 0],
        [1, 0, 0],
      ]),
    ).toBe(1);
    expect(
      score([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).toBeCloseTo(3, 12);
  });

  test("refuses empty splits and no distributions", () => {
    const score = new InceptionScore(2, 3);
    score.add({ first: 0, probs: [0.5, 0.5, 1, 0] });
    expect(() => score.result()).toThrow(DataError);
    expect(() => score.add({ first: 2, probs: [0.5, 0.6] })).toThrow(DataError);
    expect(() => new InceptionScore(0)).toThrow(ConfigError);
  });
});

describe("divergences", () => {
  test("are those of SciPy 1.17.1", () => {
    const [p, q] = [uniforms(17, 12), uniforms(18, 12)];
    expect(klDivergence(p, q)).toBeCloseTo(reference.divergences.kl, 12);
    expect(jensenShannonDivergence(p, q)).toBeCloseTo(reference.divergences.jensenShannon, 12);
  });

  test("are 0 of equals, and bounded or infinite of strangers", () => {
    expect(klDivergence([1, 2], [2, 4])).toBe(0);
    expect(klDivergence([1, 1], [1, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(klDivergence([1, 0], [1, 1])).toBeCloseTo(Math.LN2, 12);
    expect(jensenShannonDivergence([1, 0], [0, 3])).toBeCloseTo(Math.LN2, 12);
  });
});
