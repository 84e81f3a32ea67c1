import { describe, expect, test } from "vitest";
import { expectClose, fixture } from "../fixture.testing.js";
import { sigmaOf } from "../noise-level.js";
import { karrasRamp } from "../spacing.js";
import { type SamplerName, samplers } from "./index.js";
import { denoiserOf, SETTINGS, sampled } from "./known.testing.js";

describe("single updates against diffusers 0.42.1", () => {
  const { z, denoised, noise, cases } = fixture.updates;
  test.each(cases)(
    "$sampler from ᾱ = $from to $to, eta $eta, variance $variance",
    async (update) => {
      const { sampler, eta = 0, variance = "small" } = update;
      const result = await samplers[sampler](
        {
          denoise: async () => ({
            denoised: Float64Array.from(denoised),
            share: update.share && Float64Array.from(update.share),
          }),
          start: Float64Array.from(z),
          sigmas: [sigmaOf(update.from), sigmaOf(update.to)],
          noise: () => Float64Array.from(update.noise ?? noise),
        },
        { ...SETTINGS, eta, variance },
      );
      expectClose(result, update.result, 1e-6);
    },
  );
});

const { mean, start, noises, churn, results } = fixture.runs;
const sigmas = [...karrasRamp(8, 0.05, 20), 0];

/** The denoiser of reference/diffusion.py. */
const denoise = denoiserOf(
  (x, sigma, at) =>
    (x + sigma ** 2 * mean[at]) / (1 + sigma ** 2) + (0.1 * Math.sin(x)) / (1 + sigma),
);
const noise = (step: number) => Float64Array.from(noises[step]);

describe("runs of eight steps against k-diffusion 0.1.1", () => {
  test.each([
    ["euler", "euler", 0],
    ["euler-churn", "euler", churn],
    ["euler-ancestral", "euler-ancestral", 0],
    ["heun", "heun", 0],
    ["heun-churn", "heun", churn],
    ["dpmpp-2m", "dpmpp-2m", 0],
    ["dpmpp-2s", "dpmpp-2s", 0],
    ["lms", "lms", 0],
  ] as const)("%s", async (result, name, added) => {
    const found = await sampled(name, start, { denoise, sigmas, noise }, { churn: added });
    expectClose(found, results[result], 1e-9);
  });
});

describe("samplers that the papers show to be the same", () => {
  const from = (name: SamplerName, settings = {}) =>
    sampled(name, start, { denoise, sigmas, noise }, settings);

  test("DDIM without noise is Euler's method", async () => {
    expectClose(await from("ddim"), await from("euler"), 1e-10);
  });

  test("DDIM with η = 1 is ancestral sampling, and so is Euler ancestral", async () => {
    const ancestral = await from("ddpm");
    expectClose(await from("ddim", { eta: 1 }), ancestral, 1e-10);
    expectClose(await from("euler-ancestral"), ancestral, 1e-10);
  });
});

test("every sampler takes one step from noise alone to an image", async () => {
  for (const name of Object.keys(samplers) as SamplerName[]) {
    const denoised = Float64Array.of(0.3, -0.2);
    const run = { denoise: async () => ({ denoised }), sigmas: [Infinity, 0] };
    const image = await samplers[name](
      { ...run, start: Float64Array.of(1, 2), noise: () => Float64Array.of(9, 9) },
      SETTINGS,
    );
    expect([...image], name).toEqual([0.3, -0.2]);
  }
});
