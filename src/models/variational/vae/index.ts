import type { AnnotationTensors } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { stack } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { learnedBy } from "../../explanation.js";
import { mixturePrior, type PriorOfCodes } from "../../mixture/prior-of-codes.js";
import { describePixels } from "../../pixel-likelihood.js";
import { elbo, importanceWeighted, networksOf, type VaeNetworks } from "./bounds.js";
import { type VaeConfig, vaeConfig } from "./config.js";
import { explain } from "./explain.js";
import { reparameterise } from "./loss.js";
import { encoderMean } from "./networks.js";
import { objective, requireOneObjective, requireOnePrior } from "./objective.js";

/** Variational autoencoder with a standard normal prior and a diagonal Gaussian posterior. */
export const vae = defineModel({
  id: "vae",
  family: "variational",
  title: "Variational autoencoder",
  source: {
    title: "Auto-Encoding Variational Bayes",
    authors: "Kingma & Welling",
    year: 2013,
    reference: "arXiv:1312.6114",
  },
  density: "bound",
  config: vaeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  build,
});

const MAX_SAMPLES = 10_000;

function build(config: VaeConfig, data: DataTraits): Model {
  if (
    config.architecture === "conv" &&
    2 ** config.channels.length > Math.max(data.height, data.width)
  ) {
    throw new ConfigError(
      `vae: images of ${data.height}×${data.width} cannot be halved ${config.channels.length} times; list fewer channels`,
    );
  }
  requireOneObjective(config);
  requireOnePrior(config);
  const count = classesFor("vae", config, data);
  const classesOf = (annotations: AnnotationTensors) => oneHotClasses(annotations, count);
  const networks = networksOf(config, data);
  const { posterior, likelihood } = networks;
  const codes = (scope: Scope, size: Dim = "B") =>
    scope.noise("eps", [size, config.latent], "normal");
  const drawn = (scope: Scope, pixelsUnit: Tensor, classes: Tensor | undefined) => {
    const q = posterior(scope, pixelsUnit, classes);
    return reparameterise(q, scope.noise("eps", q.mean.shape, "normal"));
  };
  const mixture =
    config.prior === "gmm"
      ? mixturePrior({
          model: "vae",
          latent: config.latent,
          components: config.components,
          codes: (scope, { pixelsUnit }) => drawn(scope, pixelsUnit, undefined),
          decode: (scope, z, { draw, temperature }) =>
            likelihood(scope, z).render(draw, temperature),
        })
      : undefined;
  const logPrior = mixture?.logProb;
  return {
    ...(mixture && unfitted(mixture, networks)),
    ...(config.conditional && { conditionedOn: ["class"] }),
    explain: () =>
      explain(config, data, {
        encoder: learnedBy(
          (scope, { pixelsUnit, annotations }) =>
            posterior(scope, pixelsUnit, classesOf(annotations)).mean,
          data,
        ),
        decoder: learnedBy(
          (scope, { annotations }) =>
            likelihood(scope, codes(scope), classesOf(annotations)).render(true),
          data,
        ),
      }),
    steps: [
      {
        name: "elbo",
        trains: ["encoder", "decoder"],
        objective: (scope, { pixelsUnit, annotations }, { step }) =>
          objective(scope, networks, config, { pixelsUnit, classes: classesOf(annotations), step }),
      },
    ],
    capabilities: {
      sample:
        mixture?.sample ??
        ((scope, size, { draw, temperature, annotations }) => {
          const z = mul(codes(scope, size), temperature);
          return likelihood(scope, z, classesOf(annotations)).render(draw, temperature);
        }),
      score: {
        maxSamples: MAX_SAMPLES,
        kind: (samples) => (samples === 1 ? "bound" : "estimate"),
        estimator: (samples) => {
          const how =
            samples === 1
              ? `negative evidence lower bound, ${mixture ? `KL to a mixture of ${config.components} Gaussians by the same z` : "analytic KL"}, one z per image`
              : `importance-weighted, ${samples} z per image from the encoder`;
          return `${how}; ${describePixels(config.likelihood, data)}`;
        },
        trace(scope, { pixelsUnit, annotations }, samples) {
          const classes = classesOf(annotations);
          if (samples > 1) {
            return importanceWeighted(scope, networks, pixelsUnit, samples, classes, logPrior);
          }
          const { reconstructionNats, klNats } = elbo(
            scope,
            networks,
            pixelsUnit,
            classes,
            logPrior,
          );
          return add(reconstructionNats, klNats);
        },
      },
      encode: (scope, pixelsUnit, annotations) =>
        encoderMean(scope.child("encoder"), pixelsUnit, config, classesOf(annotations)),
      decode: {
        codeLength: config.latent,
        trace: (scope, z, { draw, annotations }) =>
          likelihood(scope, z, classesOf(annotations)).render(draw),
      },
      prior: {
        draw: mixture?.draw ?? ((scope, count) => codes(scope, count)),
        posterior: (scope, pixelsUnit, annotations) =>
          drawn(scope, pixelsUnit, classesOf(annotations)),
      },
      reconstruct(scope, pixelsUnit, { draw, annotations }) {
        const classes = classesOf(annotations);
        return likelihood(scope, posterior(scope, pixelsUnit, classes).mean, classes).render(draw);
      },
    },
  };
}

/**
 * While a model trains, its mixture has not been fitted: the bound with N(0, I) picks the best weights, and
 * reconstructions are shown.
 */
function unfitted(
  { afterwards, sampling }: PriorOfCodes,
  networks: VaeNetworks,
): Pick<Model, "afterwards" | "sampling" | "validate" | "preview"> {
  const { posterior, likelihood } = networks;
  return {
    afterwards,
    sampling,
    validate: {
      metric: "negativeElbo",
      better: "lower",
      trace(scope, { pixelsUnit }) {
        const { reconstructionNats, klNats } = elbo(scope, networks, pixelsUnit);
        return add(reconstructionNats, klNats);
      },
    },
    preview: {
      trace(scope, { pixelsUnit }) {
        const { mean } = posterior(scope, pixelsUnit);
        return stack([pixelsUnit, likelihood(scope, mean).render(false)], 1);
      },
    },
  };
}
