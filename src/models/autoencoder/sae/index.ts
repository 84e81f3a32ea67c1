import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import { toNumbers } from "../../../tensor/dtype.js";
import { add, mul, sigmoid } from "../../../tensor/ops/elementwise.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { filterImages } from "../../filters.js";
import { autoencoderOf, capabilitiesOf, inspectionOf } from "../autoencoder.js";
import { ERRORS, explain } from "../explain.js";
import { DECODER, ENCODER, networkOf } from "../network.js";
import { EXAMPLE } from "../options.js";
import { outputOf, squaredError } from "../output.js";
import { followCodes, RANDOM_CODES } from "../random-codes.js";
import { unitCensus } from "./census.js";
import { type SaeConfig, saeConfig } from "./config.js";
import { keepLargest, klToTarget, sumOfActivations } from "./sparsity.js";

/** An autoencoder whose code has many units, few of which are on for an image. */
export const sae = defineModel({
  id: "sae",
  family: "autoencoder",
  title: "Sparse autoencoder",
  source: {
    title: "Sparse autoencoder (CS294A lecture notes)",
    authors: "Ng",
    year: 2011,
    reference: "https://web.stanford.edu/class/cs294a/sparseAutoencoder.pdf",
  },
  density: "none",
  config: saeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  example: EXAMPLE,
  build,
});

function build(config: SaeConfig, data: DataTraits): Model {
  const { latent, hidden, activation, sparsity, k } = config;
  if (sparsity === "top-k" && k > latent) {
    throw new ConfigError(
      `sae: a code of ${latent} units cannot keep its ${k} largest; set k lower`,
    );
  }
  const layers = { architecture: "mlp", channels: [], hidden, activation, latent } as const;
  const network = networkOf("sae", layers, data);
  const output = outputOf(config.loss, false);
  const activate = (code: Tensor): Tensor =>
    sparsity === "top-k" ? keepLargest(sigmoid(code), k) : sigmoid(code);
  const autoencoder = autoencoderOf({ network, output, latent, activate });
  return {
    steps: [
      {
        name: "reconstruct",
        trains: [ENCODER, DECODER],
        objective(scope, { pixelsUnit }) {
          const linear = network.encode(scope, pixelsUnit);
          followCodes(scope, linear);
          const code = activate(linear);
          const raw = network.decode(scope, code);
          const error = output.loss(raw, pixelsUnit);
          const penalty = penaltyOf(code, config);
          return {
            loss: penalty === undefined ? error : add(error, penalty),
            metrics: {
              squaredError: squaredError(output.render(raw), pixelsUnit),
              meanActivation: mean(code, 1),
              ...(penalty && { penalty }),
            },
          };
        },
      },
    ],
    ...inspectionOf(autoencoder),
    census: unitCensus((scope, { pixelsUnit }) => autoencoder.encode(scope, pixelsUnit), latent),
    capabilities: {
      ...capabilitiesOf(autoencoder),
      ...(hidden.length === 0 && {
        async filters(host) {
          const values = (await host.values()).get(CODE_WEIGHT) ?? new Float32Array();
          return filterImages(byUnit(toNumbers(values), latent), latent);
        },
      }),
    },
    explain: () =>
      explain(autoencoder, data, {
        objective: [`${ERRORS[config.loss]}${SPARSENESS[sparsity](config)}`],
        sampling: RANDOM_CODES,
      }),
  };
}

/** What is added to the error, [B]; undefined where sparsity is built in. */
function penaltyOf(code: Tensor, config: SaeConfig): Tensor | undefined {
  const { sparsity, target, klWeight, l1Weight } = config;
  if (sparsity === "top-k") return undefined;
  return sparsity === "kl"
    ? mul(klToTarget(code, target), klWeight)
    : mul(sumOfActivations(code), l1Weight);
}

const SPARSENESS = {
  kl: ({ klWeight, target }: SaeConfig) =>
    ` + ${klWeight} Σⱼ KL(${target} ‖ ρ̂ⱼ), with the mean activation ρ̂ⱼ of unit j over the batch`,
  l1: ({ l1Weight }: SaeConfig) => ` + ${l1Weight} Σⱼ zⱼ`,
  "top-k": ({ k }: SaeConfig) => `, with all but the ${k} largest numbers of z set to 0`,
} as const;

/** [latent, pixels] */
const CODE_WEIGHT = "parameters.encoder.code.weight";

/** The transpose of a matrix [units, n], so that each column is a unit. */
function byUnit(weight: Float64Array, units: number): Float64Array {
  const pixels = weight.length / units;
  return Float64Array.from(
    weight,
    (_, at) => weight[(at % units) * pixels + Math.floor(at / units)],
  );
}
