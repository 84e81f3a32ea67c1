import { noiseOf, signalOf } from "../noise-level.js";
import { posteriorOf } from "../samplers/ddpm.js";

/** Variance of the model's steps, p(z′ | z): β̃ or β. */
export type StepVariance = "small" | "large";

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

/**
 * KL(q(z′ | z, x₀) ‖ p(z′ | z)), the term of a step between two noise levels.
 *
 * @param squaredError  ‖x₀ − D(z; from)‖², summed over the values of an image
 * @param size          number of values
 * @param from          noise level of z, in (0, ∞]
 * @param to            noise level of z′, in (0, from)
 * @returns             nats
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equations 5 and 7
 */
export function stepNats(
  squaredError: number,
  size: number,
  from: number,
  to: number,
  variance: StepVariance,
): number {
  const posterior = posteriorOf(from, to);
  const shift = posterior.fromImage ** 2 * squaredError;
  if (variance === "small") return shift / (2 * posterior.variance);
  const ratio = posterior.variance / posterior.stepVariance;
  return 0.5 * (size * (ratio - 1 - Math.log(ratio)) + shift / posterior.stepVariance);
}

/**
 * Standard deviation of the decoder p(x₀ | z₁), whose mean is D. The posterior variance of the first step
 * is 0; the second step's takes its place.
 *
 * @param sigmas  levels of steps 0 … T
 * @source code of Nichol & Dhariwal 2021, arXiv:2102.09672: `posterior_log_variance_clipped`; β₁ is large
 */
export function decoderStd(sigmas: ArrayLike<number>, variance: StepVariance): number {
  if (variance === "large") return Math.sqrt(posteriorOf(sigmas[1], 0).stepVariance);
  return Math.sqrt(posteriorOf(sigmas[2], sigmas[1]).variance);
}

/** Σ of a function of each value. */
export function sumOf(
  values: ArrayLike<number>,
  each: (value: number, at: number) => number,
): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += each(values[at], at);
  return sum;
}
