import type { AnnotationTensors } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, div, minimum, mul, neg } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims, reshape } from "../../../tensor/ops/rearrange.js";
import { type Dim, productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { learnedBy } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { type VaeConfig, vaeConfig } from "./config.js";
import { explain } from "./explain.js";
import { type Likelihood, likelihoodOf } from "./likelihood.js";
import { importanceWeightedNll, klToPrior, reparameterise } from "./loss.js";
import { decoder, encoder, encoderMean } from "./networks.js";

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
  const count = classesFor("vae", config, data);
  const classesOf = (annotations: AnnotationTensors) => oneHotClasses(annotations, count);
  const posterior = (scope: Scope, pixelsUnit: Tensor, classes?: Tensor) =>
    encoder(scope.child("encoder"), pixelsUnit, config, classes);
  const likelihood = (scope: Scope, z: Tensor, classes?: Tensor): Likelihood => {
    const own = scope.child("decoder");
    return likelihoodOf(own, decoder(own, z, config, data, classes), config);
  };
  const noise = (scope: Scope, shape: readonly (number | string)[]) =>
    scope.noise("eps", shape, "normal");

  const codes = (scope: Scope) => noise(scope, ["B", config.latent]);
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
        objective(scope, { pixelsUnit, annotations }, { step }) {
          const classes = classesOf(annotations);
          const q = posterior(scope, pixelsUnit, classes);
          const z = reparameterise(q, noise(scope, q.mean.shape));
          const reconstructionNats = likelihood(scope, z, classes).nll(pixelsUnit);
          const klNats = klToPrior(q);
          const rising = config.warmup > 0 ? minimum(div(step, config.warmup), 1) : undefined;
          const weight = rising === undefined ? config.beta : mul(rising, config.beta);
          return {
            loss: add(reconstructionNats, mul(klNats, weight)),
            metrics: { negativeElbo: add(reconstructionNats, klNats), reconstructionNats, klNats },
          };
        },
      },
    ],
    capabilities: {
      sample(scope, size, { draw, temperature, annotations }) {
        const z = mul(noise(scope, [size, config.latent]), temperature);
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
          const q = posterior(scope, pixelsUnit, classes);
          if (samples === 1) {
            const z = reparameterise(q, noise(scope, q.mean.shape));
            return add(likelihood(scope, z, classes).nll(pixelsUnit), klToPrior(q));
          }
          const [batch, length] = q.mean.shape;
          const eps = noise(scope, [batch, samples, length]);
          const each = { mean: expandDims(q.mean, 1), logVar: expandDims(q.logVar, 1) };
          const z = reparameterise(each, eps);
          const flat = reshape(z, [productOfDims([batch, samples]), length]);
          const ofEach = classes && repeatRows(classes, samples);
          const nll = likelihood(scope, flat, ofEach).nllOfEach(pixelsUnit, samples);
          return importanceWeightedNll(neg(nll), z, eps, q);
        },
      },
      encode: (scope, pixelsUnit, annotations) =>
        encoderMean(scope.child("encoder"), pixelsUnit, config, classesOf(annotations)),
      decode: {
        codeLength: config.latent,
        trace: (scope, z, { draw, annotations }) =>
          likelihood(scope, z, classesOf(annotations)).render(draw),
      },
      reconstruct(scope, pixelsUnit, { draw, annotations }) {
        const classes = classesOf(annotations);
        return likelihood(scope, posterior(scope, pixelsUnit, classes).mean, classes).render(draw);
      },
    },
  };
}

/** Each row `times` times in a row: [B, K] → [B · times, K] */
function repeatRows(rows: Tensor, times: Dim): Tensor {
  const [batch, length] = rows.shape;
  const each = broadcastTo(expandDims(rows, 1), [batch, times, length]);
  return reshape(each, [productOfDims([batch, times]), length]);
}
