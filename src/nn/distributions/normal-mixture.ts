import { add, mul } from "../../tensor/ops/elementwise.js";
import { expandDims } from "../../tensor/ops/rearrange.js";
import { logSoftmax, logSumExp, softmax, sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisFromEnd, pickClass, sampleClass, withoutAxis } from "./class-axis.js";
import type { Distribution } from "./distribution.js";
import { normal } from "./normal.js";

export interface NormalMixtureParameters {
  /** Unnormalised log-weights of the K components, along `axis`. */
  readonly logits: Tensor;
  /** As `logits`. */
  readonly mean: Tensor;
  /** log σ² as `logits`, or one number for all. */
  readonly logVar: Tensor | number;
  /** The last by default. */
  readonly axis?: number;
}

/**
 * Σₖ softmax(logits)ₖ N(meanₖ, e^logVarₖ) in one dimension, independent in each element.
 *
 * Values have the shape of the parameters without the component axis. Samples take uniform noise
 * for the component and normal noise for the value, and are differentiable in mean and variance,
 * but not in the weights. The entropy has no closed form.
 *
 * @source Bishop 1994, "Mixture density networks", NCRG/94/004
 */
export function normalMixture(parameters: NormalMixtureParameters): Distribution {
  const { logits, mean, logVar } = parameters;
  const axis = axisFromEnd("normalMixture", parameters.axis ?? -1, logits.shape);
  const shape = withoutAxis(logits.shape, axis);
  return {
    noise: [
      { name: "uniform", shape, distribution: "uniform" },
      { name: "normal", shape, distribution: "normal" },
    ],
    logProb(x) {
      const components = normal(mean, logVar).logProb(expandDims(x, axis));
      return logSumExp(add(components, logSoftmax(logits, axis)), axis);
    },
    sample(uniform, eps) {
      const component = sampleClass(logits, uniform, axis);
      const pick = (values: Tensor) => pickClass(values, component, axis);
      return normal(pick(mean), typeof logVar === "number" ? logVar : pick(logVar)).sample(eps);
    },
    mean: () => sum(mul(softmax(logits, axis), mean), axis),
  };
}
