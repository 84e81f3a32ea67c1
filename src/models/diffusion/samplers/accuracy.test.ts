import { describe, expect, test } from "vitest";
import { stream } from "../../../runtime/random.js";
import { normalCdf } from "../bound/normal-cdf.js";
import { karrasRamp } from "../spacing.js";
import { type SamplerName, samplerNames } from "./index.js";
import { denoiserOf, sampled } from "./known.testing.js";

/** Data N(MEAN, STD²), whose exact denoiser and solution of the ODE are known. */
const [MEAN, STD] = [0.4, 0.5];
const gaussian = denoiserOf(
  (x, sigma) => (STD ** 2 * x + sigma ** 2 * MEAN) / (STD ** 2 + sigma ** 2),
);
const [LEAST, MOST] = [0.1, 10];

/** Where the probability-flow ODE leads from x at the level MOST, at the level LEAST. */
const solution = (x: number) =>
  MEAN + (x - MEAN) * Math.sqrt((STD ** 2 + LEAST ** 2) / (STD ** 2 + MOST ** 2));

/** Error with this many steps. */
async function errorOf(name: SamplerName, steps: number): Promise<number> {
  const sigmas = karrasRamp(steps + 1, LEAST, MOST);
  const [found] = await sampled(name, [9], { denoise: gaussian, sigmas });
  return Math.abs(found - solution(9));
}

describe("on a Gaussian, halving the steps divides the error by 2 to the order", () => {
  test.each([
    ["ddim", 1],
    ["euler", 1],
    ["heun", 2],
    ["dpmpp-2m", 2],
    ["dpmpp-2s", 2],
    // Its polynomials have order 4, but its first steps fewer slopes to fit.
    ["lms", 3],
  ] as const)("%s has order %i", async (name, order) => {
    const [coarse, fine] = [await errorOf(name, 160), await errorOf(name, 320)];
    const ratio = coarse / fine;
    expect(ratio).toBeGreaterThan(2 ** order * 0.85);
    expect(ratio).toBeLessThan(2 ** order * 1.2);
  });
});

/** A mixture of two Gaussians in one dimension, and its exact denoiser. */
const parts = [
  { weight: 0.3, mean: -0.6, std: 0.1 },
  { weight: 0.7, mean: 0.5, std: 0.2 },
];
const mixture = denoiserOf((x, sigma) => {
  const spreads = parts.map(({ std }) => std ** 2 + sigma ** 2);
  const likelihoods = parts.map(
    ({ weight, mean }, at) =>
      (weight * Math.exp((-0.5 * (x - mean) ** 2) / spreads[at])) / Math.sqrt(spreads[at]),
  );
  const total = likelihoods.reduce((sum, value) => sum + value, 0);
  return parts.reduce(
    (sum, { mean, std }, at) =>
      sum + ((likelihoods[at] / total) * (std ** 2 * x + sigma ** 2 * mean)) / spreads[at],
    0,
  );
});
const cdf = (x: number) =>
  parts.reduce((sum, { weight, mean, std }) => sum + weight * normalCdf((x - mean) / std), 0);

const COUNT = 4000;
const normal = (name: string, step = 0) => {
  const values = new Float64Array(COUNT);
  stream(5, name, step).normal(values);
  return values;
};

test.each(samplerNames)("%s draws from a mixture of Gaussians", async (name) => {
  const most = 40;
  const sigmas = [...karrasRamp(name === "dpmpp-2s" || name === "heun" ? 60 : 120, 0.01, most), 0];
  const start = normal("start").map((value) => value * most);
  const noise = (step: number) => normal("step", step);
  const drawn = (
    await sampled(name, start, { denoise: mixture, sigmas, noise }, { churn: 10 })
  ).sort();
  const distance = drawn.reduce(
    (largest, x, at) => Math.max(largest, Math.abs(cdf(x) - (at + 0.5) / COUNT)),
    0,
  );
  // Kolmogorov's statistic of 4,000 exact draws exceeds 1.63 / √4000 once in a hundred times.
  expect(distance).toBeLessThan(1.63 / Math.sqrt(COUNT));
});
