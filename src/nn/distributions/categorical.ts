import { exp, neg } from "../../tensor/ops/elementwise.js";
import { logSoftmax, softmax } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisFromEnd, expectation, pickClass, sampleClass, withoutAxis } from "./class-axis.js";
import type { Distribution } from "./distribution.js";

export interface Categorical extends Distribution {
  readonly kind: "categorical";
  readonly logits: Tensor;
  /** The axis of `logits` that holds the classes, counted from the end: −1 is the last. */
  readonly axis: number;
  /** In nats, one per variable, without the class axis. */
  entropy(): Tensor;
}

/**
 * One of K classes, with probability softmax(logits).
 *
 * Values are class indices (int64, or int32 for `logProb`) in the shape of `logits` without the
 * class axis. Samples take one uniform number each and are not differentiable; see `gumbelSoftmax`
 * for samples that are. `mean` is that of the one-hot code: the probabilities, with the class axis.
 *
 * @param logits  unnormalised log-probabilities, K along `axis`; −∞ rules a class out
 * @param axis    the last by default
 */
export function categorical(logits: Tensor, axis = -1): Categorical {
  const classes = axisFromEnd("categorical", axis, logits.shape);
  return {
    kind: "categorical",
    logits,
    axis: classes,
    noise: [
      { name: "uniform", shape: withoutAxis(logits.shape, classes), distribution: "uniform" },
    ],
    logProb: (x) => pickClass(logSoftmax(logits, classes), x, classes),
    sample: (uniform) => sampleClass(logits, uniform, classes),
    mean: () => softmax(logits, classes),
    entropy() {
      const logProbs = logSoftmax(logits, classes);
      return neg(expectation(exp(logProbs), logProbs, classes));
    },
  };
}
