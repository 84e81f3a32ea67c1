import type { AnnotationTensors } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model, type ModelDefinition } from "../../../core/model.js";
import type { Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, stopGradient } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { autoencoderOf, capabilitiesOf, inspectionOf } from "../../autoencoder/autoencoder.js";
import { DECODER, ENCODER, networkOf } from "../../autoencoder/network.js";
import { EXAMPLE } from "../../autoencoder/options.js";
import { outputOf, squaredError } from "../../autoencoder/output.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { learnedBy } from "../../explanation.js";
import { CRITIC, criticLoss, fooling, realness } from "./adversary.js";
import { codesOf } from "./codes.js";
import { type AaeConfig, aaeConfig } from "./config.js";
import { explain } from "./explain.js";
import { mmdToPrior } from "./mmd.js";
import { priors, requireSound } from "./priors/index.js";
import type { Prior } from "./priors/prior.js";

/**
 * An adversarial autoencoder, or a Wasserstein autoencoder, with a prior of one's own in place of the
 * named ones.
 */
export const aaeWith = (prior?: Prior): ModelDefinition =>
  defineModel({
    id: "aae",
    family: "variational",
    title: "Adversarial autoencoder",
    source: {
      title: "Adversarial Autoencoders",
      authors: "Makhzani, Shlens, Jaitly, Goodfellow & Frey",
      year: 2015,
      reference: "arXiv:1511.05644",
    },
    density: "none",
    config: aaeConfig,
    training: {
      by: "gradients",
      optimizer: "adam",
      betas: [0.5, 0.99],
      learningRate: 1e-3,
      batchSize: 128,
      ema: 0.99,
    },
    example: EXAMPLE,
    build: (config, data) => build(config, data, prior ?? priors[config.prior]),
  });

export const aae = aaeWith();

function build(config: AaeConfig, data: DataTraits, prior: Prior): Model {
  const { latent, weight, regulariser, posteriorStd } = config;
  const classes = classesFor("aae", { conditional: config.regions }, data, "regions");
  requireSound(prior, latent, classes);
  const network = networkOf("aae", config, data);
  const output = outputOf(config.loss, config.architecture === "linear");
  const autoencoder = autoencoderOf({ network, output, latent });
  const codes = codesOf(prior, latent, classes);
  /** A draw from q(z | x). */
  const posterior = (scope: Scope, pixelsUnit: Tensor) => {
    const mean = autoencoder.encode(scope, pixelsUnit);
    if (posteriorStd === 0) return mean;
    return add(mean, mul(scope.noise("posterior", mean.shape, "normal"), posteriorStd));
  };
  const given = (annotations: AnnotationTensors) => oneHotClasses(annotations, classes);
  const drawnFor = (scope: Scope, { shape: [count] }: Tensor, annotations: AnnotationTensors) =>
    codes(scope, { count, annotations, temperature: 1 });

  const discriminate: Step = {
    name: "discriminate",
    trains: [CRITIC],
    objective(scope, { pixelsUnit, annotations }) {
      const ofImages = stopGradient(posterior(scope, pixelsUnit));
      const sets = { prior: drawnFor(scope, pixelsUnit, annotations), codes: ofImages };
      const criticNats = criticLoss(scope, sets, config, given(annotations));
      return { loss: criticNats, metrics: { criticNats } };
    },
  };
  const reconstruct: Step = {
    name: "reconstruct",
    trains: [ENCODER, DECODER],
    objective(scope, { pixelsUnit, annotations }) {
      const code = posterior(scope, pixelsUnit);
      const raw = network.decode(scope, code);
      const misfit =
        regulariser === "mmd"
          ? mmdToPrior(code, drawnFor(scope, pixelsUnit, annotations), given(annotations))
          : fooling(realness(scope, code, config, given(annotations)));
      return {
        loss: add(output.loss(raw, pixelsUnit), mul(misfit, weight)),
        metrics: {
          squaredError: squaredError(output.render(raw), pixelsUnit),
          [regulariser === "mmd" ? "mmd" : "foolingNats"]: misfit,
        },
      };
    },
  };

  return {
    ...(config.regions && { conditionedOn: ["class"] }),
    steps: regulariser === "mmd" ? [reconstruct] : [discriminate, reconstruct],
    preview: inspectionOf(autoencoder).preview,
    capabilities: {
      ...capabilitiesOf(autoencoder),
      sample: (scope, count, { annotations, temperature }) =>
        autoencoder.decode(scope, codes(scope, { count, annotations, temperature })),
      prior: {
        draw: (scope, count, annotations) => codes(scope, { count, annotations, temperature: 1 }),
        posterior,
      },
    },
    explain: () =>
      explain(config, prior, classes, {
        autoencoder: learnedBy(
          (scope, { pixelsUnit }) => autoencoder.reconstruct(scope, pixelsUnit),
          data,
        ),
        critic:
          regulariser === "mmd"
            ? 0
            : learnedBy((scope, { pixelsUnit, annotations }) => {
                const drawn = drawnFor(scope, pixelsUnit, annotations);
                return realness(scope, drawn, config, given(annotations));
              }, data),
      }),
  };
}
