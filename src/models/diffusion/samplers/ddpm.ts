import { noiseOf, signalOf } from "../noise-level.js";
import { combine } from "./arithmetic.js";
import type { Sampler } from "./sampler.js";
import { type StepVariances, varianceOf } from "./step-variance.js";

/** The posterior q(z′ | z, x₀) of a state at a lower noise level: mean = fromZ·z + fromImage·x₀. */
export interface Posterior extends StepVariances {
  readonly fromZ: number;
  readonly fromImage: number;
}

/**
 * @param from  noise level of z, in (0, ∞]
 * @param to    the lower one, in [0, from)
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equations 6 and 7, for any two levels
 */
export function posteriorOf(from: number, to: number): Posterior {
  const [alpha, spread, nextAlpha, nextSpread] = [
    signalOf(from),
    noiseOf(from),
    signalOf(to),
    noiseOf(to),
  ];
  const ratio = alpha / nextAlpha;
  const stepVariance = 1 - ratio ** 2;
  return {
    fromZ: (ratio * nextSpread ** 2) / spread ** 2,
    fromImage: (nextAlpha * stepVariance) / spread ** 2,
    variance: (stepVariance * nextSpread ** 2) / spread ** 2,
    stepVariance,
  };
}

/**
 * Ancestral sampling: draws each state from the posterior given the estimate. The last step draws no
 * noise.
 *
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, algorithm 2; σ² = β̃ (small) or β (large) of
 *         section 3.2; learned as in Nichol & Dhariwal 2021, arXiv:2102.09672, equation 15
 */
export const ddpm: Sampler = async ({ denoise, start, sigmas, noise, onStep }, { variance }) => {
  let z = start;
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised, share } = await denoise(z, from);
    onStep?.(step, z, denoised);
    const posterior = posteriorOf(from, to);
    z = combine(posterior.fromZ, z, posterior.fromImage, denoised);
    if (to === 0) continue;
    const drawn = noise(step);
    z = z.map(
      (mean, at) => mean + Math.sqrt(varianceOf(posterior, variance, share?.[at] ?? 0)) * drawn[at],
    );
  }
  return z;
};
