import type { DataTraits } from "../../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import { temperedLogit } from "../../../nn/temperature.js";
import { stream } from "../../../runtime/random.js";
import { neg } from "../../../tensor/ops/elementwise.js";
import { logSumExp } from "../../../tensor/ops/reduction.js";
import { explanationOf } from "../../explanation.js";
import { BINARY_PIXELS } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
import {
  allToOne,
  chooseComponents,
  NEGLIGIBLE,
  posterior,
  repeated,
  logSumExp as rowLogSumExp,
} from "../responsibilities.js";
import { type BernoulliMixtureConfig, bernoulliMixtureConfig } from "./config.js";
import { fitOf, freeParameters, observedLogProbs, probOf, requireBinary } from "./fit.js";
import { jointLogProbs, readParameters, type Sizes } from "./parameters.js";

const ID = "bernoulli-mixture";

/** A mixture of Bernoullis over binary pixels, the baseline of the first neural density models. */
export const bernoulliMixture = defineModel({
  id: ID,
  family: "mixture",
  title: "Mixture of Bernoullis",
  source: {
    title: "Pattern Recognition and Machine Learning, section 9.3.3",
    authors: "Bishop",
    year: 2006,
    reference: "ISBN 978-0-387-31073-2",
  },
  density: "exact",
  config: bernoulliMixtureConfig,
  training: { by: "passes", batchSize: 1000, epochs: 100 },
  build,
});

function build(config: BernoulliMixtureConfig, data: DataTraits): Model {
  if (!data.binary) {
    throw new ConfigError(
      `${ID} needs pixels that are 0 or 1; train with --binarisation fixed or dynamic, or use gmm`,
    );
  }
  const { components, smoothing } = config;
  const sizes = { components, length: data.channels * data.height * data.width };
  return {
    steps: [],
    fit: fitOf(config, sizes),
    capabilities: {
      sample: { drive: (host, request) => drawImages(host, request, sizes) },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `−log p(image), summed over the components; ${BINARY_PIXELS}`,
        trace: (scope, { pixelsUnit }) =>
          neg(logSumExp(jointLogProbs(scope, pixelsUnit, sizes), 1)),
        async missing(host, { pixelsUnit }) {
          requireBinary(pixelsUnit, ID);
          const logProbs = observedLogProbs(pixelsUnit, readParameters(await host.values()), sizes);
          return Float64Array.from(
            { length: logProbs.length / components },
            (_, image) =>
              -rowLogSumExp(logProbs.subarray(image * components, (image + 1) * components)),
          );
        },
      },
      complete: { drive: (host, request) => completeImages(host, request, sizes) },
    },
    explain: () =>
      explanationOf({
        Factorisation: [
          `p(x) = ∑ₖ πₖ ∏ᵢ p(xᵢ | k), k = 1, …, ${components}`,
          `x: the ${sizes.length} values of an image, each 0 or 1`,
        ],
        "Conditional independence": [
          "xᵢ ⊥ xⱼ | k for all i ≠ j: given the component, values are independent",
        ],
        "Free parameters": [formatCount(BigInt(freeParameters(sizes)))],
        Estimation: [
          `every probability is estimated with a pseudo-count of ${smoothing} for either value`,
        ],
      }),
  };
}

/** Draws a component by its weight, then returns its pixels' probabilities or draws of them. */
async function drawImages(
  host: Host,
  request: SampleRequest,
  { components, length }: Sizes,
): Promise<Float32Array> {
  const { size, first, seed, temperature, draw } = request;
  const { logWeights, logits } = readParameters(await host.values());
  const rows = repeated(Float64Array.from(logWeights), size);
  const chosen = chooseComponents(rows, components, request, "component");
  const pixels = Float32Array.from({ length: size * length }, (_, at) =>
    probOf(
      temperedLogit(logits[chosen[Math.floor(at / length)] * length + (at % length)], temperature),
    ),
  );
  if (draw) drawBinary(pixels, seed, "pixels", first * length);
  return pixels;
}

/**
 * Fills in missing pixels from the posterior of the components given the other pixels: with their exact
 * probabilities, or with a draw of a component and then of its pixels.
 */
async function completeImages(
  host: Host,
  request: CompleteRequest,
  sizes: Sizes,
): Promise<Float32Array> {
  const { size, first, seed, temperature, draw, known, pixelsUnit } = request;
  const { components, length } = sizes;
  const parameters = readParameters(await host.values());
  const isKnown = (at: number) => known[(at % length) % known.length] === 1;
  const seen = pixelsUnit.map((value, at) => (isKnown(at) ? value : Number.NaN));
  requireBinary(seen, ID);
  const logProbs = observedLogProbs(seen, parameters, sizes);
  const shares = draw
    ? allToOne(chooseComponents(logProbs, components, request, "completion.component"), components)
    : posterior(logProbs, components);
  const probs = new Float32Array(size * length);
  shares.forEach((share, at) => {
    if (share <= NEGLIGIBLE) return;
    const [image, component] = [Math.floor(at / components), at % components];
    for (let pixel = 0; pixel < length; pixel++) {
      const logit = parameters.logits[component * length + pixel];
      probs[image * length + pixel] +=
        share * probOf(draw ? temperedLogit(logit, temperature) : logit);
    }
  });
  for (let at = 0; at < probs.length; at++) probs[at] = Math.min(1, probs[at]);
  if (draw) drawBinary(probs, seed, "completion.pixels", first * length);
  return probs.map((value, at) => (isKnown(at) ? pixelsUnit[at] : value));
}

function drawBinary(probs: Float32Array, seed: number, name: string, offset: number): void {
  const uniforms = new Float32Array(probs.length);
  stream(seed, name).uniform(uniforms, offset);
  for (let at = 0; at < probs.length; at++) probs[at] = uniforms[at] < probs[at] ? 1 : 0;
}
