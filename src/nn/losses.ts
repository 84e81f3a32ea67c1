import { neg } from "../tensor/ops/elementwise.js";
import { sum } from "../tensor/ops/reduction.js";
import type { Tensor } from "../tensor/tensor.js";
import { bernoulli } from "./distributions/bernoulli.js";
import { categorical } from "./distributions/categorical.js";
import { normal } from "./distributions/normal.js";

/** Sums the values of each item: [B, …] → [B]. */
export function sumPerItem(x: Tensor): Tensor {
  const axes = x.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));
  return sum(x, axes);
}

/**
 * Negative log-likelihood of pixels under independent Bernoulli variables.
 *
 * @param x       [B, …] in [0, 1]; a grey value gives the expected value over its binarisations
 * @param logits  [B, …] before the sigmoid
 * @returns       [B] nats
 */
export function bernoulliNll(x: Tensor, logits: Tensor): Tensor {
  return neg(sumPerItem(bernoulli(logits).logProb(x)));
}

/**
 * Negative log-density under independent normal variables, including the constant ½ log 2π per
 * element.
 *
 * @param x       [B, …]
 * @param mean    [B, …]
 * @param logVar  log σ² as `mean`, or one number for all
 * @returns       [B] nats; may be negative, since it is a density
 */
export function normalNll(x: Tensor, mean: Tensor, logVar: Tensor | number = 0): Tensor {
  return neg(sumPerItem(normal(mean, logVar).logProb(x)));
}

/**
 * Cross-entropy of class indices, summed over the variables of an item.
 *
 * @param classes  [B, …] int64 or int32
 * @param logits   [B, …] with K classes along `axis`, the last by default
 * @returns        [B] nats
 */
export function categoricalNll(classes: Tensor, logits: Tensor, axis = -1): Tensor {
  return neg(sumPerItem(categorical(logits, axis).logProb(classes)));
}
