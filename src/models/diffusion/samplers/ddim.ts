import { noiseOf, signalOf } from "../noise-level.js";
import { combine, noiseIn } from "./arithmetic.js";
import { posteriorOf } from "./ddpm.js";
import type { Sampler } from "./sampler.js";

/**
 * DDIM: η = 0 draws no noise and follows the probability-flow ODE; η = 1 is ancestral sampling.
 *
 * @source Song, Meng & Ermon 2021, arXiv:2010.02502, equations 12 and 16
 */
export const ddim: Sampler = async ({ denoise, start, sigmas, noise, onStep }, { eta }) => {
  let z = start;
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised } = await denoise(z, from);
    onStep?.(step, z, denoised);
    const added = eta ** 2 * posteriorOf(from, to).variance;
    const kept = Math.sqrt(Math.max(noiseOf(to) ** 2 - added, 0));
    z = combine(signalOf(to), denoised, kept, noiseIn(z, denoised, from));
    if (added > 0) z = combine(1, z, Math.sqrt(added), noise(step));
  }
  return z;
};
