import { bernoulli, constantValue, normal, temperedLogits } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { clip, mul, neg } from "../../../tensor/ops/elementwise.js";
import { expandDims, reshape } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { divideDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { VaeConfig } from "./config.js";

/** p(x|z) for a batch of codes. */
export interface Likelihood {
  /** −log p(x|z) in nats for images [B, C, H, W], one code each: [B] */
  nll(pixelsUnit: Tensor): Tensor;
  /** −log p(x|z) in nats for images [B, C, H, W] and K consecutive codes per image, [B·K]: [B, K] */
  nllOfEach(pixelsUnit: Tensor, samples: number): Tensor;
  /**
   * The mean of each pixel, or a draw.
   *
   * @param temperature  float scalar ≥ 0 of a draw; by default 1, the likelihood itself
   * @returns            [B, C, H, W] in [0, 1]
   */
  render(draw: boolean, temperature?: Tensor): Tensor;
}

const MIDDLE_STD = 0.1;

/**
 * Interprets a decoder's output as the parameters of the likelihood.
 *
 * @param scope   holds the learned variance, if there is one
 * @param output  [N, C, H, W] logits (bernoulli) or means (gaussian)
 */
export function likelihoodOf(scope: Scope, output: Tensor, config: VaeConfig): Likelihood {
  const logVar = () =>
    config.std > 0
      ? 2 * Math.log(config.std)
      : scope.parameter("logVar", [], constantValue(2 * Math.log(MIDDLE_STD)));
  const over = (parameters: Tensor) =>
    config.likelihood === "bernoulli" ? bernoulli(parameters) : normal(parameters, logVar());
  return {
    nll: (pixelsUnit) => neg(sum(over(output).logProb(pixelsUnit), [1, 2, 3])),
    nllOfEach(pixelsUnit, samples) {
      const batch = divideDims(output.shape[0], samples) ?? -1;
      const each = reshape(output, [batch, samples, ...output.shape.slice(1)]);
      return neg(sum(over(each).logProb(expandDims(pixelsUnit, 1)), [2, 3, 4]));
    },
    render(draw, temperature) {
      const distribution = over(output);
      if (!draw) return clip(distribution.mean(), 0, 1);
      const [spec] = distribution.noise;
      const noise = scope.noise("draw", spec.shape, spec.distribution);
      if (temperature === undefined) return clip(distribution.sample(noise), 0, 1);
      const drawn =
        config.likelihood === "bernoulli"
          ? bernoulli(temperedLogits(output, temperature)).sample(noise)
          : distribution.sample(mul(noise, temperature));
      return clip(drawn, 0, 1);
    },
  };
}
