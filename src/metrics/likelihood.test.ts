import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { bootstrapInterval } from "./bootstrap.js";
import type { Features } from "./features.js";
import { Likelihood } from "./likelihood.js";
import { ModeCoverage } from "./mode-coverage.js";
import { parzenBandwidth, parzenLikelihood } from "./parzen.js";
import { featuresOf, reference, uniforms } from "./reference.testing.js";

describe("likelihood", () => {
  test("sums up nats, their deviation and bits for each dimension", () => {
    const likelihood = new Likelihood(784);
    likelihood.add([80, 90, 100, 110]);
    const { nllNats, standardDeviation, standardError, bitsPerDim } = likelihood.result();
    expect(nllNats).toBe(95);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(500 / 3), 12);
    expect(standardError).toBeCloseTo(Math.sqrt(500 / 3) / 2, 12);
    expect(bitsPerDim).toBeCloseTo(95 / 784 / Math.log(2), 12);
  });

  test("a uniform density over [0, 1] takes 8 bits for each of 256 levels", () => {
    const likelihood = new Likelihood(10, 256);
    likelihood.add([0, 0]);
    expect(likelihood.result().bitsPerDim).toBe(8);
  });

  test("keeps its digits where values are large and close together", () => {
    const likelihood = new Likelihood(1);
    likelihood.add([1e9, 1e9 + 1, 1e9 + 2]);
    expect(likelihood.result().standardDeviation).toBeCloseTo(1, 6);
  });

  test("is infinite where an image is ruled out, and refuses what is no score", () => {
    const likelihood = new Likelihood(1);
    expect(() => likelihood.result()).toThrow(DataError);
    expect(() => likelihood.add([1, Number.NaN])).toThrow("score 1 of a batch is NaN");
    expect(() => likelihood.add([Number.NEGATIVE_INFINITY])).toThrow(DataError);
    likelihood.add([1, Number.POSITIVE_INFINITY]);
    expect(likelihood.result()).toMatchObject({ count: 2, nllNats: Infinity, ruledOut: 1 });
    expect(() => new Likelihood(0)).toThrow(ConfigError);
    expect(() => new Likelihood(1, 0)).toThrow(ConfigError);
  });
});

describe("Parzen windows", () => {
  const generated = featuresOf(13, 70, 4);
  const test4 = featuresOf(14, 30, 4, { scale: 1.1 });

  test("are those of scikit-learn 1.9.1", () => {
    expect(parzenLikelihood(generated, test4, 0.3).value).toBeCloseTo(reference.parzen, 9);
  });

  test("hold for windows so narrow that every density underflows", () => {
    const { value } = parzenLikelihood(generated, test4, 1e-4);
    expect(value).toBeLessThan(-1e5);
    expect(Number.isFinite(value)).toBe(true);
  });

  test("prefer the centres of clusters to the data itself, which is their weakness", () => {
    const spread = (seed: number, count: number) => featuresOf(seed, count, 24, { scale: 0.2 });
    const centre: Features = { count: 1, width: 24, values: new Float64Array(24) };
    const bandwidth = (set: Features) => parzenBandwidth(set, spread(2, 100), [0.1, 0.15, 0.2]);
    const data = spread(1, 100);
    const ofData = parzenLikelihood(data, spread(3, 100), bandwidth(data)).value;
    expect(parzenLikelihood(centre, spread(3, 100), bandwidth(centre)).value).toBeGreaterThan(
      ofData,
    );
  });

  test("choose the bandwidth of the highest likelihood", () => {
    const candidates = [0.05, 0.1, 0.3, 0.5, 1, 2];
    const values = candidates.map((width) => parzenLikelihood(generated, test4, width).value);
    const best = candidates[values.indexOf(Math.max(...values))];
    expect(parzenBandwidth(generated, test4, candidates)).toBe(best);
    expect(() => parzenBandwidth(generated, test4, [])).toThrow(ConfigError);
    expect(() => parzenLikelihood(generated, test4, -1)).toThrow(ConfigError);
    expect(() => parzenLikelihood(generated, generated, 1)).toThrow(DataError);
  });
});

describe("mode coverage", () => {
  test("counts modes, strays and the divergence from the data", () => {
    const coverage = new ModeCoverage([100, 100, 100, 100]);
    coverage.add({
      probs: [0.9, 0.1, 0, 0, 0.8, 0.1, 0.1, 0, 0, 1, 0, 0, 0.3, 0.2, 0.4, 0.1],
    });
    const result = coverage.result();
    expect(result).toMatchObject({ count: 4, found: 2, modes: 4, perMode: [2, 1, 1, 0] });
    expect(result.offMode).toBe(0.25);
    expect(result.klNats).toBeCloseTo(0.5 * Math.log(2), 12);
  });

  test("of the data's own distribution is 0 from it, however uneven", () => {
    const coverage = new ModeCoverage([3, 1]);
    coverage.add({ probs: [1, 0, 1, 0, 1, 0, 0, 1] });
    expect(coverage.result().klNats).toBe(0);
  });

  test("refuses no modes and no images", () => {
    expect(() => new ModeCoverage([])).toThrow(ConfigError);
    expect(() => new ModeCoverage([0, 0])).toThrow(ConfigError);
    expect(() => new ModeCoverage([1], { confidence: 2 })).toThrow(ConfigError);
    expect(() => new ModeCoverage([1]).result()).toThrow(DataError);
  });
});

describe("bootstrap", () => {
  test("of a mean is that of the central limit", () => {
    const values = uniforms(40, 400);
    const mean = (positions: Uint32Array) =>
      positions.reduce((sum, at) => sum + values[at], 0) / positions.length;
    const { low, high, level } = bootstrapInterval(400, mean, { seed: 3 });
    const average = values.reduce((a, b) => a + b, 0) / 400;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 400;
    const half = 1.96 * Math.sqrt(variance / 400);
    expect(level).toBe(0.95);
    expect(low).toBeGreaterThan(average - 1.15 * half);
    expect(low).toBeLessThan(average - 0.85 * half);
    expect(high).toBeLessThan(average + 1.15 * half);
    expect(high).toBeGreaterThan(average + 0.85 * half);
  });

  test("covers the true mean about as often as it says", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = uniforms(1000 + trial, 60);
      const mean = (positions: Uint32Array) =>
        positions.reduce((sum, at) => sum + values[at], 0) / positions.length;
      const { low, high } = bootstrapInterval(60, mean, { resamples: 200, level: 0.8 });
      if (low <= 0.5 && high >= 0.5) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.7);
    expect(covered / 200).toBeLessThan(0.9);
  });

  test("is the same for the same seed, and refuses senseless numbers", () => {
    const first = (positions: Uint32Array) => positions[0];
    expect(bootstrapInterval(50, first, { seed: 1 })).toEqual(
      bootstrapInterval(50, first, { seed: 1 }),
    );
    expect(() => bootstrapInterval(0, first)).toThrow(ConfigError);
    expect(() => bootstrapInterval(5, first, { resamples: 1 })).toThrow(ConfigError);
    expect(() => bootstrapInterval(5, first, { level: 1 })).toThrow(ConfigError);
  });
});
