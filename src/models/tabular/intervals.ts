import { temperedLogProbs } from "../../nn/temperature.js";
import { RandomError } from "../../runtime/random.js";

/** The part [from, to) of [0, 1) that belongs to an outcome. */
export interface Interval {
  /** Index of the outcome. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Divides [0, 1) into one interval per outcome, with lengths equal to the probabilities.
 *
 * @param probs  [K] ≥ 0, not necessarily normalised
 * @returns      [K + 1] non-decreasing bounds from 0 to exactly 1: outcome i has [i] ≤ u < [i + 1]
 * @throws RandomError when a probability is negative or not finite, or all are 0
 */
export function divideUnit(probs: ArrayLike<number>): Float64Array {
  const bounds = new Float64Array(probs.length + 1);
  for (let index = 0; index < probs.length; index++) {
    const weight = probs[index];
    if (!(weight >= 0)) throw new RandomError(`${weight} is not a probability of outcome ${index}`);
    bounds[index + 1] = bounds[index] + weight;
  }
  const total = bounds[probs.length];
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new RandomError(`the probabilities add up to ${total} and cannot divide an interval`);
  }
  for (let index = 1; index < bounds.length; index++) bounds[index] /= total;
  return bounds;
}

/**
 * The outcome whose interval contains u, by bisection. Never returns an outcome of probability 0.
 *
 * @param bounds  from {@link divideUnit}
 * @param u       in [0, 1)
 * @throws RandomError when u is not in [0, 1)
 */
export function intervalAt(bounds: Float64Array, u: number): number {
  if (!(u >= 0 && u < 1)) throw new RandomError(`${u} is not in [0, 1)`);
  let [below, above] = [0, bounds.length - 1];
  while (above - below > 1) {
    const middle = (below + above) >>> 1;
    if (bounds[middle] <= u) below = middle;
    else above = middle;
  }
  return below;
}

/**
 * Draws an outcome: lays the probabilities end to end on [0, 1) and finds where u falls.
 *
 * @param probs  [K] ≥ 0, not necessarily normalised
 * @param u      a uniform draw from [0, 1)
 */
export function drawInterval(probs: ArrayLike<number>, u: number): Interval {
  const bounds = divideUnit(probs);
  const index = intervalAt(bounds, u);
  return { index, from: bounds[index], to: bounds[index + 1] };
}

/**
 * Probabilities at a temperature, up to a common factor. At 0 all probability is on the most probable
 * outcome, the first of equals.
 *
 * @param logProbs  [K], −∞ for impossible outcomes
 * @returns         [K], the largest 1
 */
export function tempered(logProbs: ArrayLike<number>, temperature: number): Float64Array {
  return temperedLogProbs(logProbs, temperature).map((logProb) => Math.exp(logProb));
}
