import { sigmasOfBetas } from "./discrete.js";

/** Variances of the first and last of 1,000 steps. */
const [FIRST, LAST] = [1e-4, 0.02];

/**
 * β rises linearly. Fewer or more steps than 1,000 add proportionally more or less each, so that the
 * last level stays about the same.
 *
 * @param steps  T, at least 21, so that no β exceeds 1
 * @returns      [T + 1] noise levels
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, section 4; scaling of Nichol & Dhariwal 2021,
 *         `get_named_beta_schedule`
 */
export function linearSigmas(steps: number): Float64Array {
  const scale = 1000 / steps;
  const betas = Array.from(
    { length: steps },
    (_, step) => scale * (FIRST + ((LAST - FIRST) * step) / (steps - 1)),
  );
  return sigmasOfBetas(betas);
}
