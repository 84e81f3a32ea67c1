import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { mixturePrior } from "../../mixture/prior-of-codes.js";
import { autoencoderOf, capabilitiesOf, inspectionOf } from "../autoencoder.js";
import { ERRORS, explain } from "../explain.js";
import { DECODER, ENCODER, networkOf } from "../network.js";
import { EXAMPLE } from "../options.js";
import { outputOf, squaredError } from "../output.js";
import { followCodes, RANDOM_CODES } from "../random-codes.js";
import { type AeConfig, aeConfig } from "./config.js";

/** An autoencoder: a code of few numbers from which an image can be rebuilt. */
export const ae = defineModel({
  id: "ae",
  family: "autoencoder",
  title: "Autoencoder",
  source: {
    title: "Reducing the Dimensionality of Data with Neural Networks",
    authors: "Hinton & Salakhutdinov",
    year: 2006,
    reference: "doi:10.1126/science.1127647",
  },
  density: "none",
  config: aeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  example: EXAMPLE,
  build,
});

function build(config: AeConfig, data: DataTraits): Model {
  const network = networkOf("ae", config, data);
  const output = outputOf(config.loss, config.architecture === "linear");
  const autoencoder = autoencoderOf({ network, output, latent: config.latent });
  const { encode, decode } = autoencoder;
  const prior =
    config.prior === "gmm"
      ? mixturePrior({
          model: "ae",
          latent: config.latent,
          components: config.components,
          codes: (scope, { pixelsUnit }) => encode(scope, pixelsUnit),
          decode,
        })
      : undefined;
  return {
    steps: [
      {
        name: "reconstruct",
        trains: [ENCODER, DECODER],
        objective(scope, { pixelsUnit }) {
          const code = network.encode(scope, pixelsUnit);
          followCodes(scope, code);
          const raw = network.decode(scope, code);
          return {
            loss: output.loss(raw, pixelsUnit),
            metrics: { squaredError: squaredError(output.render(raw), pixelsUnit) },
          };
        },
      },
    ],
    ...inspectionOf(autoencoder),
    ...(prior && { sampling: prior.sampling, afterwards: prior.afterwards }),
    capabilities: {
      ...capabilitiesOf(autoencoder),
      ...(prior && {
        sample: prior.sample,
        prior: { draw: prior.draw, posterior: (scope, pixelsUnit) => encode(scope, pixelsUnit) },
      }),
    },
    explain: () =>
      explain(autoencoder, data, {
        objective: [ERRORS[config.loss]],
        sampling: prior?.sampling ?? RANDOM_CODES,
      }),
  };
}
