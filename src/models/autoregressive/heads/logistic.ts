import {
  discretizedLogisticMixture,
  discretizedLogisticMixtureRgb,
  isCold,
  sumPerItem,
  temperedClassLogits,
} from "../../../nn/index.js";
import { add, div, log, mul, neg, sub, where } from "../../../tensor/ops/elementwise.js";
import { reshape, split } from "../../../tensor/ops/rearrange.js";
import type { Shape } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import type { Head, Spread } from "./head.js";

/** Before training, each logistic's scale is e^−1 of half the pixel range: the mixture roughly fills it. */
const FIRST_LOG_SCALE = -1;

const toSigned = (pixelsUnit: Tensor) => sub(mul(pixelsUnit, 2), 1);
const toUnit = (pixelsSigned: Tensor) => div(add(pixelsSigned, 1), 2);

/**
 * Treats grey levels as intervals of a mixture of logistic distributions.
 *
 * @param levels      equally spaced values from 0 to 1
 * @param components  number of logistics
 * @source Salimans, Karpathy, Chen & Kingma 2017, arXiv:1701.05517, section 2.1
 */
export function logisticHead(levels: number, components: number): Head {
  const mixture = (parameters: Tensor, spread?: Spread) => {
    const [batch, , ...rest] = parameters.shape;
    const each = reshape(parameters, [batch, 3, components, ...rest]);
    const [logits, mean, logScale] = split(each, [1, 1, 1], 1).map((part) =>
      reshape(part, [batch, components, ...rest]),
    );
    return discretizedLogisticMixture({
      mean,
      axis: 1,
      levels,
      ...spreadOf(logits, add(logScale, FIRST_LOG_SCALE), spread),
    });
  };
  return {
    kind: "logistic",
    outputs: 3 * components,
    groups: 1,
    uniforms: 2,
    describes: `probability of pixels of ${levels} levels, a mixture of ${components} discretized logistics`,
    embed: toSigned,
    nll(parameters, pixelsUnit) {
      const [batch, , ...rest] = pixelsUnit.shape;
      const pixels = reshape(toSigned(pixelsUnit), [batch, ...rest]);
      return neg(sumPerItem(mixture(parameters).logProb(pixels)));
    },
    draw(parameters, spread) {
      const batch = parameters.shape[0];
      const [component, uniform] = noiseOf(spread, [[batch], [batch]]);
      return reshape(toUnit(mixture(parameters, spread).sample(component, uniform)), [batch, 1]);
    },
  };
}

/**
 * Colour pixels as a mixture of logistic distributions: red, then green given red, then blue given
 * both. Means are linear in the channels before.
 *
 * @source Salimans, Karpathy, Chen & Kingma 2017, arXiv:1701.05517, equation 3
 */
export function logisticRgbHead(levels: number, components: number): Head {
  const mixture = (parameters: Tensor, spread?: Spread) => {
    const [batch, , height, width] = parameters.shape;
    const each = reshape(parameters, [batch, 10, components, height, width]);
    const [weights, mean, logScale, coefficients] = split(each, [1, 3, 3, 3], 1);
    const logits = reshape(weights, [batch, components, height, width]);
    return discretizedLogisticMixtureRgb({
      mean,
      coefficients,
      levels,
      ...spreadOf(logits, add(logScale, FIRST_LOG_SCALE), spread),
    });
  };
  return {
    kind: "logistic",
    outputs: 10 * components,
    groups: 1,
    uniforms: 4,
    describes: `probability of colour pixels of ${levels} levels, a mixture of ${components} discretized logistics`,
    embed: toSigned,
    nll: (parameters, pixelsUnit) =>
      neg(sumPerItem(mixture(parameters).logProb(toSigned(pixelsUnit)))),
    draw(parameters, spread) {
      const [batch, outputs] = parameters.shape;
      const [component, uniform] = noiseOf(spread, [
        [batch, 1, 1],
        [batch, 3, 1, 1],
      ]);
      const single = reshape(parameters, [batch, outputs, 1, 1]);
      return reshape(toUnit(mixture(single, spread).sample(component, uniform)), [batch, 3]);
    },
  };
}

/** Log-weights and log-scales, along axis 1, at the temperature of a draw. */
function spreadOf(logits: Tensor, logScale: Tensor, spread: Spread | undefined) {
  if (spread === undefined) return { logits, logScale };
  const { temperature } = spread;
  return {
    logits: temperedClassLogits(logits, temperature, 1),
    logScale: add(logScale, log(temperature)),
  };
}

/** Uniform numbers for the component and for the values. 0.5 gives a logistic's mean, its mode. */
function noiseOf({ uniforms, temperature }: Spread, shapes: readonly Shape[]): Tensor[] {
  const [component, values] = split(uniforms, [1, (uniforms.shape[1] as number) - 1], 1);
  const half = constant(0.5, [], uniforms.dtype);
  const parts = [component, where(isCold(temperature), half, values)];
  return parts.map((part, index) => reshape(part, shapes[index]));
}
