import { describe, expect, test } from "vitest";
import { stream } from "../../../runtime/random.js";
import { denoiserOf } from "../samplers/known.testing.js";
import { flowSchedule } from "../schedules/flow.js";
import { linearSigmas } from "../schedules/linear.js";
import { discretisedNormalNll } from "./discretised-normal.js";
import { logNormalCdf, normalCdf } from "./normal-cdf.js";
import { variationalBound } from "./variational-bound.js";

describe("the distribution function of N(0, 1)", () => {
  // scipy 1.17.1: scipy.special.ndtr and log_ndtr.
  test.each([
    [-40, -804.6084420137539],
    [-10, -53.23128515051248],
    [-3.5, -8.366065308344094],
    [-3, -6.60772622151035],
    [-2.9, -6.284058234947419],
    [-1, -1.8410216450092634],
    [0, -Math.LN2],
    [2, -0.023012909328963476],
    [9, -1.1285884059538324e-19],
  ])("ln Φ(%d)", (x, expected) => {
    expect(logNormalCdf(x) / expected).toBeCloseTo(1, 12);
    expect(normalCdf(x)).toBeCloseTo(Math.exp(expected), 14);
  });
});

test.each([2, 3, 256])(
  "the probabilities of %i bins add up to 1, however far the mean",
  (levels) => {
    for (const [mean, std] of [
      [0, 0.4],
      [0.93, 0.01],
      [-5, 0.8],
      [1.7, 30],
    ]) {
      const probs = Array.from({ length: levels }, (_, at) =>
        Math.exp(-discretisedNormalNll(-1 + (2 * at) / (levels - 1), mean, std, levels)),
      );
      expect(probs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  },
);

test("a bin far out in the tail has a finite score", () => {
  expect(discretisedNormalNll(1, -1, 0.004, 256)).toBeGreaterThan(10_000);
  expect(discretisedNormalNll(1, -1, 0.004, 256)).toBeLessThan(1e6);
});

/** Pixels of three levels with known probabilities, and the exact denoiser of their distribution. */
const atoms = [
  { value: -1, prob: 0.5 },
  { value: 0, prob: 0.2 },
  { value: 1, prob: 0.3 },
];
const ENTROPY = -atoms.reduce((sum, { prob }) => sum + prob * Math.log(prob), 0);
const exact = denoiserOf((x, sigma) => {
  if (!Number.isFinite(sigma)) return atoms.reduce((sum, { value, prob }) => sum + value * prob, 0);
  const logs = atoms.map(({ value, prob }) => Math.log(prob) - (x - value) ** 2 / (2 * sigma ** 2));
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return atoms.reduce((sum, { value }, at) => sum + (value * weights[at]) / total, 0);
});

const REPEATS = 1000;

/** Mean of the bound over the distribution, and its standard error. */
async function meanBound(denoise: typeof exact, sigmas: Float64Array, variance: "small" | "large") {
  const x0 = Float64Array.from({ length: REPEATS }, (_, at) => {
    const share = (at + 0.5) / REPEATS;
    return share < 0.5 ? -1 : share < 0.7 ? 0 : 1;
  });
  const noise = (step: number) => {
    const values = new Float64Array(REPEATS);
    stream(1, "noise", step).normal(values);
    return values;
  };
  const nats = await variationalBound({ denoise, x0, size: 1, levels: 3, sigmas, variance, noise });
  const mean = nats.reduce((sum, value) => sum + value, 0) / REPEATS;
  const spread = nats.reduce((sum, value) => sum + (value - mean) ** 2, 0) / REPEATS;
  return { mean, error: Math.sqrt(spread / REPEATS) };
}

describe("on three atoms, whose entropy is known", () => {
  test.each([
    ["small", 0.15],
    ["large", 0.5],
  ] as const)(
    "the bound of the exact denoiser is above the entropy, and near it after many steps, with a %s variance",
    async (variance, gap) => {
      const few = await meanBound(exact, linearSigmas(40), variance);
      const many = await meanBound(exact, linearSigmas(500), variance);
      expect(few.mean).toBeGreaterThan(ENTROPY);
      expect(many.mean).toBeGreaterThan(ENTROPY - 3 * many.error);
      expect(many.mean).toBeLessThan(ENTROPY + gap);
      expect(few.mean - 3 * few.error).toBeGreaterThan(many.mean);
    },
  );

  test("a schedule that ends in noise alone is bounded as well", async () => {
    const { mean, error } = await meanBound(exact, flowSchedule(300).sigmas, "small");
    expect(mean).toBeGreaterThan(ENTROPY - 3 * error);
    expect(mean).toBeLessThan(ENTROPY + 0.15);
  });

  test("another denoiser has a larger bound", async () => {
    const best = await meanBound(exact, linearSigmas(200), "small");
    const shrunk = denoiserOf((x, sigma) => x / (1 + 2 * sigma ** 2));
    const other = await meanBound(shrunk, linearSigmas(200), "small");
    expect(other.mean).toBeGreaterThan(best.mean + 0.1);
  });
});
