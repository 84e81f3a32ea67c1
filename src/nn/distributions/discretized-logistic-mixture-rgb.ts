import { add, exp, mul, tanh } from "../../tensor/ops/elementwise.js";
import { concat, expandDims, sliceAxis, squeeze } from "../../tensor/ops/rearrange.js";
import { logSoftmax, logSumExp } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { pickClass, sampleClass } from "./class-axis.js";
import {
  discretizedLogisticLogProb,
  limitedLogScale,
  nearestLevel,
} from "./discretized-logistic.js";
import type { Distribution } from "./distribution.js";
import { logisticNoise } from "./uniform-noise.js";

export interface LogisticMixtureRgbParameters {
  /** [N, K, H, W] unnormalised log-weights, shared by the channels of a pixel. */
  readonly logits: Tensor;
  /** [N, 3, K, H, W] in [−1, 1], before the channels' dependence. */
  readonly mean: Tensor;
  /** [N, 3, K, H, W] log of the scale; limited to [−7, 60]. */
  readonly logScale: Tensor;
  /**
   * [N, 3, K, H, W] before the tanh: weights of red in the mean of green, of red in that of blue,
   * and of green in that of blue.
   */
  readonly coefficients: Tensor;
  /** Number of levels per channel; 256 by default. */
  readonly levels?: number;
}

/** The component axis of both `[N, 3, K, H, W]` and `[N, K, H, W]`. */
const COMPONENTS = -3;

const channel = (x: Tensor, index: number) => sliceAxis(x, 1, { start: index, end: index + 1 });

/**
 * A mixture of discretized logistics over colour pixels: red, then green given red, then blue given
 * both, with means that are linear in the earlier channels.
 *
 * Values are `[N, 3, H, W]` levels in [−1, 1]; `logProb` is `[N, H, W]` in nats per pixel. Samples
 * are levels and not differentiable.
 *
 * @source Salimans, Karpathy, Chen & Kingma 2017, arXiv:1701.05517, equation 3
 */
export function discretizedLogisticMixtureRgb(
  parameters: LogisticMixtureRgbParameters,
): Omit<Distribution, "mean"> {
  const { logits, mean, logScale, coefficients, levels = 256 } = parameters;
  const [n, , height, width] = logits.shape;
  return {
    noise: [
      { name: "component", shape: [n, height, width], distribution: "uniform" },
      { name: "uniform", shape: [n, 3, height, width], distribution: "uniform" },
    ],
    logProb(x) {
      const pixel = expandDims(x, COMPONENTS);
      const means = conditionalMeans(mean, tanh(coefficients), (index) => channel(pixel, index));
      const [red, green, blue] = [0, 1, 2].map((index) => {
        const scale = channel(logScale, index);
        return discretizedLogisticLogProb(channel(pixel, index), means(index), scale, levels);
      });
      const components = squeeze(add(add(red, green), blue), 1);
      return logSumExp(add(components, logSoftmax(logits, 1)), 1);
    },
    sample(component, uniform) {
      const classes = expandDims(sampleClass(logits, component, COMPONENTS), 1);
      const pick = (values: Tensor) => pickClass(values, classes, COMPONENTS);
      const noise = mul(exp(limitedLogScale(pick(logScale))), logisticNoise(uniform));
      const drawn: Tensor[] = [];
      const means = conditionalMeans(pick(mean), tanh(pick(coefficients)), (index) => drawn[index]);
      for (const index of [0, 1, 2]) {
        drawn.push(nearestLevel(add(means(index), channel(noise, index)), levels));
      }
      return concat(drawn, 1);
    },
  };
}

/** The mean of a channel given the earlier channels. */
function conditionalMeans(
  mean: Tensor,
  coefficients: Tensor,
  value: (index: number) => Tensor,
): (index: number) => Tensor {
  const term = (coefficient: number, from: number) =>
    mul(channel(coefficients, coefficient), value(from));
  return (index) => {
    const own = channel(mean, index);
    if (index === 0) return own;
    return index === 1 ? add(own, term(0, 0)) : add(add(own, term(1, 0)), term(2, 1));
  };
}
