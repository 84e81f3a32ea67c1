import { add, exp, mul } from "../../tensor/ops/elementwise.js";
import { expandDims } from "../../tensor/ops/rearrange.js";
import { logSoftmax, logSumExp, softmax, sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisFromEnd, pickClass, sampleClass, withoutAxis } from "./class-axis.js";
import {
  discretizedLogisticLogProb,
  limitedLogScale,
  limitedMean,
  nearestLevel,
} from "./discretized-logistic.js";
import type { Distribution } from "./distribution.js";
import { logisticNoise } from "./uniform-noise.js";

export interface LogisticMixtureParameters {
  /** Unnormalised log-weights of the K components, along `axis`. */
  readonly logits: Tensor;
  /** As `logits`, in the units of the pixels: [−1, 1]. */
  readonly mean: Tensor;
  /** log of the logistic's scale, as `logits`; limited to [−7, 60]. */
  readonly logScale: Tensor;
  /** The last by default. */
  readonly axis?: number;
  /** Number of grey levels; 256 by default. */
  readonly levels?: number;
}

/**
 * A mixture of discretized logistics over the grey levels −1 + 2j / (levels − 1), independent in each
 * element. Values have the shape of the parameters without the component axis.
 *
 * `logProb` is the log-probability of a level, normalised over all levels. Samples are levels and
 * not differentiable. `mean` is the mean of the mixture clipped to [−1, 1] before rounding to a
 * level, so it is within half a level of the exact mean.
 *
 * @source Salimans, Karpathy, Chen & Kingma 2017, arXiv:1701.05517, section 2.1
 */
export function discretizedLogisticMixture(parameters: LogisticMixtureParameters): Distribution {
  const { logits, mean, logScale, levels = 256 } = parameters;
  const axis = axisFromEnd("discretizedLogisticMixture", parameters.axis ?? -1, logits.shape);
  const shape = withoutAxis(logits.shape, axis);
  return {
    noise: [
      { name: "component", shape, distribution: "uniform" },
      { name: "uniform", shape, distribution: "uniform" },
    ],
    logProb(x) {
      const pixel = expandDims(x, axis);
      const components = discretizedLogisticLogProb(pixel, mean, logScale, levels);
      return logSumExp(add(components, logSoftmax(logits, axis)), axis);
    },
    sample(component, uniform) {
      const classes = sampleClass(logits, component, axis);
      const scale = exp(limitedLogScale(pickClass(logScale, classes, axis)));
      const x = add(pickClass(mean, classes, axis), mul(scale, logisticNoise(uniform)));
      return nearestLevel(x, levels);
    },
    mean: () => sum(mul(softmax(logits, axis), limitedMean(mean, logScale)), axis),
  };
}
