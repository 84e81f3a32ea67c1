import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model, type Parts } from "../../../core/model.js";
import { learnedBy } from "../../explanation.js";
import { tokeniserNeeds } from "../../symbols/token-symbols.js";
import { type ImageGptConfig, imageGptConfig } from "./config.js";
import { explain } from "./explain.js";
import { networkOf, TOKENISER } from "./network.js";
import { maskedOrder, rasterOrder } from "./orders.js";

/** A transformer over pixels, or over the tokens of a discrete autoencoder. */
export const imageGpt = defineModel({
  id: "image-gpt",
  family: "autoregressive",
  title: "Image GPT",
  source: {
    title: "Generative Pretraining from Pixels",
    authors: "Chen, Radford, Child, Wu, Jun, Luan & Sutskever",
    year: 2020,
    reference: "proceedings.mlr.press/v119/chen20s",
  },
  density: "exact",
  settingDensity: { key: "order", value: "masked", density: "bound" },
  config: imageGptConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.9, 0.95],
    learningRate: 1e-3,
    batchSize: 32,
    clipNorm: 1,
  },
  parts: { [TOKENISER]: { ...tokeniserNeeds, optional: true } },
  build,
});

function build(config: ImageGptConfig, data: DataTraits, parts: Parts = {}): Model {
  const network = networkOf(config, data, parts);
  const { symbols } = network;
  const learned =
    config.order === "raster" ? rasterOrder(network, data) : maskedOrder(network, data);
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    steps: [
      {
        name: "nll",
        trains: ["network"],
        objective: (scope, batch) => ({ loss: learned.nll(scope, batch), metrics: {} }),
      },
    ],
    explain: () => explain(network, learnedBy(learned.nll, data)),
    ...(symbols.uses && { uses: symbols.uses }),
    capabilities: learned.capabilities,
  };
}
