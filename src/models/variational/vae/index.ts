import type { AnnotationTensors } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import type { Dim } from "../../../tensor/shape.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { learnedBy } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { elbo, importanceWeighted, networksOf } from "./bounds.js";
import { type VaeConfig, vaeConfig } from "./config.js";
import { explain } from "./explain.js";
import { reparameterise } from "./loss.js";
import { encoderMean } from "./networks.js";
import { objective, requireOneObjective } from "./objective.js";

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
  const count = classesFor("vae", config, data);
  const classesOf = (annotations: AnnotationTensors) => oneHotClasses(annotations, count);
  const networks = networksOf(config, data);
  const { posterior, likelihood } = networks;
  const codes = (scope: Scope, size: Dim = "B") =>
    scope.noise("eps", [size, config.latent], "normal");
  return {
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
      sample(scope, size, { draw, temperature, annotations }) {
        const z = mul(codes(scope, size), temperature);
        return likelihood(scope, z, classesOf(annotations)).render(draw, temperature);
      },
      score: {
        maxSamples: MAX_SAMPLES,
        kind: (samples) => (samples === 1 ? "bound" : "estimate"),
        estimator: (samples) => {
          const how =
            samples === 1
              ? "negative evidence lower bound, analytic KL, one z per image"
              : `importance-weighted, ${samples} z per image from the encoder`;
          return `${how}; ${describePixels(config.likelihood, data)}`;
        },
        trace(scope, { pixelsUnit, annotations }, samples) {
          const classes = classesOf(annotations);
          if (samples > 1) {
            return importanceWeighted(scope, networks, pixelsUnit, samples, classes);
          }
          const { reconstructionNats, klNats } = elbo(scope, networks, pixelsUnit, classes);
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
        draw: (scope, count) => codes(scope, count),
        posterior(scope, pixelsUnit, annotations) {
          const q = posterior(scope, pixelsUnit, classesOf(annotations));
          return reparameterise(q, scope.noise("eps", q.mean.shape, "normal"));
        },
      },
      reconstruct(scope, pixelsUnit, { draw, annotations }) {
        const classes = classesOf(annotations);
        return likelihood(scope, posterior(scope, pixelsUnit, classes).mean, classes).render(draw);
      },
    },
  };
}
