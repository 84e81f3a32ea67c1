import { combine, moveTowards } from "./arithmetic.js";
import type { Sampler } from "./sampler.js";

/**
 * DPM-Solver++ 2M: second order with one evaluation a step, by extrapolating D from the step before. The
 * first step and one to level 0 are of first order.
 *
 * @source Lu et al. 2022, arXiv:2211.01095, algorithm 2
 */
export const dpmpp2m: Sampler = async ({ denoise, start, sigmas, onStep }) => {
  let z = start;
  let before: Float64Array | undefined;
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised } = await denoise(z, from);
    onStep?.(step, z, denoised);
    let target = denoised;
    if (before !== undefined && to > 0) {
      // Steps of λ = −ln σ; the one from noise alone is infinite, so that D is not extrapolated.
      const share = Math.log(from / to) / Math.log(sigmas[step - 1] / from) / 2;
      target = combine(1 + share, denoised, -share, before);
    }
    z = moveTowards(z, target, from, to);
    before = denoised;
  }
  return z;
};
