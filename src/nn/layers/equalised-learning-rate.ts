import { mul } from "../../tensor/ops/elementwise.js";
import { type FanRule, normalValues, weightFans, zeros } from "../initialisers.js";
import type { Initialiser } from "../scope.js";
import type { WeightTransform } from "./weight-transform.js";

export interface EqualisedLearningRateOptions {
  /** √2 by default, which preserves the variance through a rectifier; use 1 for a last layer. */
  readonly gain?: number;
  /** By default the rule for `dense` and `conv2d`. */
  readonly fans?: FanRule;
}

/** Layer options for an equalised learning rate. */
export interface EqualisedLearningRate {
  readonly weightInitialiser: Initialiser;
  readonly biasInitialiser: Initialiser;
  readonly transformWeight: WeightTransform;
}

/**
 * An equalised learning rate: weights start as N(0, 1), and each use multiplies them by He's factor
 * gain / √fanIn, so that an optimiser with steps of one size moves every layer equally fast. Biases
 * start at 0.
 *
 * @returns  options for `dense`, `conv2d` or `convTranspose2d`
 * @source Karras, Aila, Laine & Lehtinen 2018, arXiv:1710.10196, section 4.1
 */
export function equalisedLearningRate(
  options: EqualisedLearningRateOptions = {},
): EqualisedLearningRate {
  const { gain = Math.SQRT2, fans = weightFans } = options;
  return {
    weightInitialiser: normalValues(),
    biasInitialiser: zeros,
    transformWeight: (weight) =>
      mul(weight, gain / Math.sqrt(fans(weight.shape as readonly number[]).fanIn)),
  };
}
