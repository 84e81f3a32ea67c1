import type { DataTraits } from "../../../core/batch.js";
import { requireLevel } from "../../../core/capabilities/denoise.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Step } from "../../../core/steps.js";
import { type Corruption, corrupt } from "../../../nn/index.js";
import { clip } from "../../../tensor/ops/elementwise.js";
import { stack } from "../../../tensor/ops/rearrange.js";
import { autoencoderOf, capabilitiesOf, inspectionOf } from "../autoencoder.js";
import { ERRORS, explain } from "../explain.js";
import { DECODER, ENCODER, networkOf } from "../network.js";
import { EXAMPLE } from "../options.js";
import { outputOf, squaredError } from "../output.js";
import { followCodes, RANDOM_CODES } from "../random-codes.js";
import { type DaeConfig, daeConfig } from "./config.js";
import { pretrainingPhases } from "./pretraining.js";

/** An autoencoder that rebuilds clean images from corrupted ones. */
export const dae = defineModel({
  id: "dae",
  family: "autoencoder",
  title: "Denoising autoencoder",
  source: {
    title: "Stacked Denoising Autoencoders",
    authors: "Vincent, Larochelle, Lajoie, Bengio & Manzagol",
    year: 2010,
    reference: "JMLR 11:3371",
  },
  density: "none",
  config: daeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  example: EXAMPLE,
  build,
});

function build(config: DaeConfig, data: DataTraits): Model {
  const corruption: Corruption = { kind: config.corruption, level: config.level };
  requireLevel(corruption, "dae: ");
  const network = networkOf("dae", config, data);
  const output = outputOf(config.loss, config.architecture === "linear");
  const autoencoder = autoencoderOf({ network, output, latent: config.latent });
  const { reconstruct } = autoencoder;
  const step: Step = {
    name: "denoise",
    trains: [ENCODER, DECODER],
    objective(scope, { pixelsUnit }) {
      const code = network.encode(scope, corrupt(scope, pixelsUnit, corruption));
      followCodes(scope, code);
      const raw = network.decode(scope, code);
      return {
        loss: output.loss(raw, pixelsUnit),
        metrics: { squaredError: squaredError(output.render(raw), pixelsUnit) },
      };
    },
  };
  const pretraining = pretrainingPhases({
    network,
    output,
    share: config.pretraining,
    masking: config.hiddenMasking,
    corruptImages: (scope, pixelsUnit) => corrupt(scope, pixelsUnit, corruption),
  });
  return {
    steps: config.stacked ? [] : [step],
    ...(config.stacked && {
      phases: [...pretraining, { name: "together", share: 1 - config.pretraining, steps: [step] }],
    }),
    ...inspectionOf(autoencoder),
    validate: {
      metric: "squaredError",
      better: "lower",
      trace: (scope, { pixelsUnit }) =>
        squaredError(reconstruct(scope, corrupt(scope, pixelsUnit, corruption)), pixelsUnit),
    },
    preview: {
      trace(scope, { pixelsUnit }) {
        const damaged = corrupt(scope, pixelsUnit, corruption);
        return stack([pixelsUnit, clip(damaged, 0, 1), reconstruct(scope, damaged)], 1);
      },
    },
    capabilities: {
      ...capabilitiesOf(autoencoder),
      denoise: (scope, pixelsUnit) => reconstruct(scope, pixelsUnit),
    },
    explain: () =>
      explain(autoencoder, data, {
        objective: [
          `${ERRORS[config.loss]}, where x̂ is made from x with ${DAMAGE[corruption.kind](corruption.level)}`,
          ...(config.stacked
            ? [`layer by layer first, for ${config.pretraining} of the training`]
            : []),
        ],
        sampling: RANDOM_CODES,
      }),
  };
}

const DAMAGE = {
  gaussian: (level: number) => `noise of standard deviation ${level}`,
  masking: (level: number) => `a share of ${level} of its values set to 0`,
  "salt-and-pepper": (level: number) => `a share of ${level} of its values set to 0 or 1`,
} as const;
