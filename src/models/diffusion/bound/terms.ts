import { noiseOf, signalOf } from "../noise-level.js";
import { posteriorOf } from "../samplers/ddpm.js";
import { type StepVariance, type StepVariances, varianceOf } from "../samplers/step-variance.js";
import { discretisedNormalNll } from "./discretised-normal.js";

/**
 * KL(q(z_T | x₀) ‖ N(0, I)), the prior term of the bound.
 *
 * @param x0     values of an image in [−1, 1]
 * @param sigma  noise level of the last step
 * @returns      nats
 */
export function priorNats(x0: ArrayLike<number>, sigma: number): number {
  const [signal, noise] = [signalOf(sigma) ** 2, noiseOf(sigma) ** 2];
  // s² − 1 = −α², which keeps its digits where α is small.
  const each = -signal - Math.log(noise);
  return 0.5 * sumOf(x0, (value) => signal * value ** 2 + each);
}

/** An image, and what the model says about a noisy state of it. */
export interface Judged {
  /** Values in [−1, 1]. */
  readonly image: Float64Array;
  /** The estimate D of them. */
  readonly denoised: Float64Array;
  /** Share of ln β in the logarithm of a learned variance. */
  readonly share: Float64Array | undefined;
}

/**
 * KL(q(z′ | z, x₀) ‖ p(z′ | z)), the term of a step between two noise levels.
 *
 * @param from  noise level of z, in (0, ∞]
 * @param to    noise level of z′, in (0, from)
 * @returns     nats
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equations 5 and 7
 */
export function stepNats(
  { image, denoised, share }: Judged,
  from: number,
  to: number,
  variance: StepVariance,
): number {
  const posterior = posteriorOf(from, to);
  return sumOf(image, (value, at) => {
    const spread = varianceOf(posterior, variance, share?.[at] ?? 0);
    const ratio = posterior.variance / spread;
    const shift = posterior.fromImage * (value - denoised[at]);
    return 0.5 * (ratio - 1 - Math.log(ratio) + shift ** 2 / spread);
  });
}

/**
 * Variances of the decoder p(x₀ | z₁), whose mean is D. The posterior variance of the first step is 0; the
 * second step's takes its place.
 *
 * @param sigmas  levels of steps 0 … T
 * @source code of Nichol & Dhariwal 2021, arXiv:2102.09672: `posterior_log_variance_clipped`; β₁ is large
 */
export const decoderVariances = (sigmas: ArrayLike<number>): StepVariances => ({
  variance: posteriorOf(sigmas[2], sigmas[1]).variance,
  stepVariance: posteriorOf(sigmas[1], 0).stepVariance,
});

/**
 * −log p(x₀ | z₁).
 *
 * @param levels  number of evenly spaced values that a pixel can have; null for a density of real ones
 * @returns       nats
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 13
 */
export function decoderNats(
  { image, denoised, share }: Judged,
  sigmas: ArrayLike<number>,
  variance: StepVariance,
  levels: number | null,
): number {
  const variances = decoderVariances(sigmas);
  return sumOf(image, (value, at) => {
    const std = Math.sqrt(varianceOf(variances, variance, share?.[at] ?? 0));
    if (levels !== null) return discretisedNormalNll(value, denoised[at], std, levels);
    return Math.log(std * Math.sqrt(2 * Math.PI)) + (value - denoised[at]) ** 2 / (2 * std ** 2);
  });
}

/** Σ of a function of each value. */
function sumOf(values: ArrayLike<number>, each: (value: number, at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += each(values[at], at);
  return sum;
}
