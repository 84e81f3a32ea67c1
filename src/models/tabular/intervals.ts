import { temperedLogProbs } from "../../nn/temperature.js";
import { RandomError } from "../../runtime/random.js";

/** The part of [0, 1) that belongs to an outcome: from ≤ u < to. */
export interface Interval {
  /** Of the outcome, from 0. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Divides [0, 1) into one interval an outcome, as long as the outcome is probable.
 *
 * @param probs  [K] ≥ 0, in any unit: they are divided by their sum
 * @returns      [K + 1] bounds that never fall, from 0 to exactly 1: outcome i has [i] ≤ u < [i + 1]
 * @throws RandomError when one is negative or not finite, or all are 0
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
    throw new RandomError(`probabilities that add up to ${total} divide no interval`);
  }
  for (let index = 1; index < bounds.length; index++) bounds[index] /= total;
  return bounds;
}

/**
 * The outcome whose interval u falls into, by halving. Outcomes of probability 0 are never found.
 *
 * @param bounds  of {@link divideUnit}
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
 * Draws an outcome as by hand: lay the probabilities end to end on [0, 1), and see where u falls.
 *
 * @param probs  [K] ≥ 0, in any unit
 * @param u      a uniform draw from [0, 1)
 */
export function drawInterval(probs: ArrayLike<number>, u: number): Interval {
  const bounds = divideUnit(probs);
  const index = intervalAt(bounds, u);
  return { index, from: bounds[index], to: bounds[index + 1] };
}

/**
 * Probabilities whose logits are divided by a temperature, up to a common factor. At 0 the most
 * probable outcome has all, the first of equals.
 *
 * @param logProbs  [K], −∞ for what cannot be
 * @returns         [K], the largest 1
 */
export function tempered(logProbs: ArrayLike<number>, temperature: number): Float64Array {
  return temperedLogProbs(logProbs, temperature).map((logProb) => Math.exp(logProb));
}
