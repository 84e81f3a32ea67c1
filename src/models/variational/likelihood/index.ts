import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Scope } from "../../../nn/scope.js";
import { clip, neg } from "../../../tensor/ops/elementwise.js";
import { expandDims, reshape, split } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { divideDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { bernoulliPixels } from "./bernoulli.js";
import { logisticPixels } from "./discretized-logistic.js";
import type { PixelFamily } from "./family.js";
import { gaussianPixels } from "./gaussian.js";
import { logitLaplacePixels } from "./logit-laplace.js";

/** The settings of a decoder's likelihood. */
export const likelihoodOptions = {
  likelihood: z
    .enum(["bernoulli", "gaussian", "discretized-logistic", "logit-laplace"])
    .default("bernoulli")
    .describe(
      "distribution of a pixel given the code: bernoulli for binary pixels, discretized-logistic for the probability of grey levels, gaussian or logit-laplace for the density of real numbers",
    ),
  std: z
    .number()
    .min(0)
    .default(0.1)
    .describe("standard deviation of the gaussian likelihood; 0 learns one"),
};

export type LikelihoodOptions = z.output<z.ZodObject<typeof likelihoodOptions>>;

/** p(x|z) for a batch of codes. */
export interface Likelihood {
  /** −log p(x|z) in nats for images [B, C, H, W], one code each: [B] */
  nll(pixelsUnit: Tensor): Tensor;
  /** −log p(x|z) in nats for images [B, C, H, W] and K consecutive codes per image, [B·K]: [B, K] */
  nllOfEach(pixelsUnit: Tensor, samples: number): Tensor;
  /**
   * The centre of each pixel's distribution, or a draw.
   *
   * @param temperature  float scalar ≥ 0 of a draw; by default 1, the likelihood itself
   * @returns            [B, C, H, W] in [0, 1]
   */
  render(draw: boolean, temperature?: Tensor): Tensor;
}

/** Interprets a decoder's output. */
export interface LikelihoodReader {
  /** Channels that a decoder computes for an image. */
  readonly channels: number;
  /**
   * @param scope   holds what is learned besides the decoder's networks
   * @param output  [N, channels, H, W]
   */
  read(scope: Scope, output: Tensor): Likelihood;
}

/** @throws ConfigError when the likelihood needs grey levels and the images have none */
export function likelihoodFor(
  id: string,
  options: LikelihoodOptions,
  data: DataTraits,
): LikelihoodReader {
  const family = familyOf(id, options, data);
  return {
    channels: family.outputs * data.channels,
    read: (scope, output) => likelihoodOf(family, scope, output),
  };
}

function familyOf(
  id: string,
  { likelihood, std }: LikelihoodOptions,
  { levels }: DataTraits,
): PixelFamily {
  switch (likelihood) {
    case "bernoulli":
      return bernoulliPixels;
    case "gaussian":
      return gaussianPixels(std);
    case "logit-laplace":
      return logitLaplacePixels;
    case "discretized-logistic":
      if (levels !== null) return logisticPixels(levels);
      throw new ConfigError(
        `${id}: likelihood=discretized-logistic is for pixels of equally spaced levels, and these are real numbers; take gaussian or logit-laplace`,
      );
  }
}

function likelihoodOf(family: PixelFamily, scope: Scope, output: Tensor): Likelihood {
  const [items, all, ...size] = output.shape;
  const channels = (all as number) / family.outputs;
  const over = (parameters: Tensor) =>
    family.distribution(
      scope,
      family.outputs === 1
        ? [parameters]
        : split(parameters, new Array<number>(family.outputs).fill(channels), -3),
    );
  return {
    nll: (pixelsUnit) => neg(sum(over(output).logProb(pixelsUnit), [1, 2, 3])),
    nllOfEach(pixelsUnit, samples) {
      const batch = divideDims(items, samples) ?? -1;
      const each = reshape(output, [batch, samples, ...output.shape.slice(1)]);
      return neg(sum(over(each).logProb(expandDims(pixelsUnit, 1)), [2, 3, 4]));
    },
    render(draw, temperature) {
      const distribution = over(output);
      if (!draw) return clip(distribution.centre(), 0, 1);
      const noise = scope.noise("draw", [items, channels, ...size], family.noise);
      return clip(distribution.draw(noise, temperature), 0, 1);
    },
  };
}
