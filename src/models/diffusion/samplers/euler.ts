import { moveTowards } from "./arithmetic.js";
import { churned } from "./churn.js";
import type { Sampler } from "./sampler.js";

/**
 * Euler's method on dx/dσ = (x − D) / σ, with noise added before each step where `churn` is positive.
 *
 * @source Karras et al. 2022, arXiv:2206.00364, algorithm 2 without its lines 7 and 8
 */
export const euler: Sampler = async (run, { churn }) => {
  let z = run.start;
  for (let step = 0; step < run.sigmas.length - 1; step++) {
    const raised = churned(run, z, step, churn);
    const { denoised } = await run.denoise(raised.z, raised.sigma);
    run.onStep?.(step, raised.z, denoised);
    z = moveTowards(raised.z, denoised, raised.sigma, run.sigmas[step + 1]);
  }
  return z;
};
