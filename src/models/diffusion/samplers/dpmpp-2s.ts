import { moveTowards } from "./arithmetic.js";
import type { Sampler } from "./sampler.js";

/**
 * DPM-Solver++ 2S: second order, by a second evaluation in the middle of each step of λ = −ln σ. Steps
 * from noise alone and to level 0 are of first order.
 *
 * @source Lu et al. 2022, arXiv:2211.01095, algorithm 1 with r = ½
 */
export const dpmpp2s: Sampler = async ({ denoise, start, sigmas, onStep }) => {
  let z = start;
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised } = await denoise(z, from);
    onStep?.(step, z, denoised);
    if (to === 0 || !Number.isFinite(from)) {
      z = moveTowards(z, denoised, from, to);
      continue;
    }
    const middle = Math.sqrt(from * to);
    const halfway = moveTowards(z, denoised, from, middle);
    const inMiddle = await denoise(halfway, middle);
    z = moveTowards(z, inMiddle.denoised, from, to);
  }
  return z;
};
