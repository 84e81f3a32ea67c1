import { signalOf } from "../noise-level.js";
import { combine, moveTowards } from "./arithmetic.js";
import type { Sampler } from "./sampler.js";

/**
 * An Euler step to a level below the next one, then fresh noise up to it.
 *
 * @source Crowson's k-diffusion, `sample_euler_ancestral` and `get_ancestral_step` with eta = 1
 */
export const eulerAncestral: Sampler = async ({ denoise, start, sigmas, noise, onStep }) => {
  let z = start;
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised } = await denoise(z, from);
    onStep?.(step, z, denoised);
    // σ_down² = σ′²·(1 − σ_up² / σ′²), with σ_up² / σ′² = 1 − σ′² / σ².
    const down = (to * to) / from;
    z = moveTowards(z, denoised, from, down);
    if (to === 0) continue;
    const up = Math.sqrt(to ** 2 - down ** 2);
    z = combine(signalOf(to) / signalOf(down), z, signalOf(to) * up, noise(step));
  }
  return z;
};
