import { signalOf } from "../noise-level.js";
import { combine } from "./arithmetic.js";
import type { SamplerRun } from "./sampler.js";

/** States to step from, and their noise level. */
interface Churned {
  readonly z: Float64Array;
  readonly sigma: number;
}

/**
 * Adds fresh noise before a step: from σ to σ·(1 + γ), γ = min(churn / N, √2 − 1). Nothing can be added
 * to noise alone.
 *
 * @source Karras et al. 2022, arXiv:2206.00364, algorithm 2, with S_tmin = 0, S_tmax = ∞, S_noise = 1
 */
export function churned(
  { sigmas, noise }: SamplerRun,
  z: Float64Array,
  step: number,
  churn: number,
): Churned {
  const sigma = sigmas[step];
  if (churn === 0 || !Number.isFinite(sigma)) return { z, sigma };
  const raised = sigma * (1 + Math.min(churn / (sigmas.length - 1), Math.SQRT2 - 1));
  const alpha = signalOf(raised);
  const added = alpha * Math.sqrt(raised ** 2 - sigma ** 2);
  return { z: combine(alpha / signalOf(sigma), z, added, noise(step)), sigma: raised };
}
