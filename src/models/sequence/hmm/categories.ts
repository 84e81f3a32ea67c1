import type { StateValues } from "../../../runtime/program.js";
import type { Stream } from "../../../runtime/random.js";
import { lessEqual, where } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * Smallest log-probability that fitting sets. e⁻⁵⁰ is negligible next to 1, and keeps every state
 * reachable from every other, which the products of {@link productPassage} rely on. It stands for
 * probability 0: {@link withZeros} is what a fitted model says.
 */
export const LEAST_LOG_PROB = -50;

/** Log-probabilities in which those that fitting has found to be 0 are −∞. */
export const withZeros = (logProbs: Tensor): Tensor =>
  where(isZero(logProbs), Number.NEGATIVE_INFINITY, logProbs);

/** Whether fitting has found a probability to be 0, given its logarithm. */
export const isZero = (logProbs: Tensor): Tensor => lessEqual(logProbs, LEAST_LOG_PROB);

/** The values of a float32 parameter. */
export function numbersOf(values: StateValues, name: string): Float32Array {
  return values.get(name) as Float32Array;
}

/**
 * Log of the maximum-likelihood probabilities for counts, row by row.
 *
 * @param counts     [rows, categories] ≥ 0
 * @param smoothing  pseudo-count of each category
 * @param current    [rows, categories] the values that a row without any count keeps
 * @param allowed    categories that can have a probability, for some rows which then repeat; all if absent
 */
export function logProbabilities(
  counts: Float64Array,
  categories: number,
  smoothing: number,
  current: Float32Array,
  allowed?: readonly boolean[],
): Float32Array {
  const isAllowed = (at: number) => allowed?.[at % allowed.length] !== false;
  const logProbs = Float32Array.from(current);
  for (let row = 0; row < counts.length; row += categories) {
    let total = 0;
    for (let at = row; at < row + categories; at++) {
      if (isAllowed(at)) total += counts[at] + smoothing;
    }
    if (!(total > 0)) continue;
    for (let at = row; at < row + categories; at++) {
      const share = isAllowed(at) ? (counts[at] + smoothing) / total : 0;
      logProbs[at] = Math.max(Math.log(share), LEAST_LOG_PROB);
    }
  }
  return logProbs;
}

/**
 * Log-density, up to a constant, of rows of logits under a Dirichlet prior with parameter 1 + smoothing
 * for each category.
 *
 * @param allowed  as for {@link logProbabilities}
 */
export function logPriorOf(
  logits: Float32Array,
  categories: number,
  smoothing: number,
  allowed?: readonly boolean[],
): number {
  if (smoothing === 0) return 0;
  let logPrior = 0;
  for (let row = 0; row < logits.length; row += categories) {
    const part = logits
      .subarray(row, row + categories)
      .filter((_, at) => allowed?.[(row + at) % allowed.length] !== false);
    const most = Math.max(...part);
    const logTotal = Math.log(part.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
    logPrior += smoothing * part.reduce((sum, logit) => sum + logit - logTotal, 0);
  }
  return logPrior;
}

/** Adds normal noise of this scale to log-probabilities and renormalises each row. */
export function perturbed(
  logProbs: Float32Array,
  categories: number,
  scale: number,
  noise: Stream,
): Float32Array {
  const moved = new Float64Array(logProbs.length);
  noise.normal(moved);
  for (let row = 0; row < moved.length; row += categories) {
    let total = 0;
    for (let at = row; at < row + categories; at++) {
      moved[at] = logProbs[at] + scale * moved[at];
      total += Math.exp(moved[at]);
    }
    for (let at = row; at < row + categories; at++) {
      moved[at] = Math.max(moved[at] - Math.log(total), LEAST_LOG_PROB);
    }
  }
  return Float32Array.from(moved);
}
