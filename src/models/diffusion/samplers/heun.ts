import { signalOf } from "../noise-level.js";
import { combine, moveTowards, noiseIn } from "./arithmetic.js";
import { churned } from "./churn.js";
import type { Sampler } from "./sampler.js";

/**
 * Heun's method: an Euler step, corrected by the slope at its end; two evaluations a step. Steps from
 * or to noise alone, and to level 0, stay Euler steps. Without churn, levels may rise as well: the same
 * ODE then leads from images to noise.
 *
 * @source Karras et al. 2022, arXiv:2206.00364, algorithm 2
 */
export const heun: Sampler = async (run, { churn }) => {
  let z = run.start;
  for (let step = 0; step < run.sigmas.length - 1; step++) {
    const { z: from, sigma } = churned(run, z, step, churn);
    const to = run.sigmas[step + 1];
    const { denoised } = await run.denoise(from, sigma);
    run.onStep?.(step, from, denoised);
    z = moveTowards(from, denoised, sigma, to);
    if (to === 0 || !Number.isFinite(sigma + to)) continue;
    const slope = noiseIn(from, denoised, sigma);
    const { denoised: atEnd } = await run.denoise(z, to);
    const slopeAtEnd = noiseIn(z, atEnd, to);
    // In x = z / α: x′ = x + (σ′ − σ)·(d + d′) / 2.
    const half = (signalOf(to) * (to - sigma)) / 2;
    const corrected = combine(signalOf(to) / signalOf(sigma), from, half, slope);
    z = combine(1, corrected, half, slopeAtEnd);
  }
  return z;
};
