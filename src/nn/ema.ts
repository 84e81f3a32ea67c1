import { add, mul, sub } from "../tensor/ops/elementwise.js";
import type { Tensor } from "../tensor/tensor.js";

export interface EmaOptions {
  /** Share of the old average in [0, 1), such as 0.999. */
  readonly decay: number;
  /**
   * Starts with a lower decay, min(decay, (1 + t)/(10 + t)), so that the average soon forgets the
   * first weights; true by default.
   */
  readonly warmup?: boolean;
}

/**
 * Share of the new parameters in the average at an update: 1 − decay.
 *
 * @param update  1 for the first
 * @source TensorFlow's `ExponentialMovingAverage`, `num_updates`
 */
export function emaWeight(update: number, { decay, warmup = true }: EmaOptions): number {
  return 1 - (warmup ? Math.min(decay, (1 + update) / (10 + update)) : decay);
}

/**
 * The exponential moving average of weights after an update. It starts as a copy of the parameters.
 *
 * @param average     [P]
 * @param parameters  [P] after the update
 * @param weight      scalar, {@link emaWeight}
 */
export function emaUpdate(average: Tensor, parameters: Tensor, weight: Tensor): Tensor {
  return add(average, mul(sub(parameters, average), weight));
}
