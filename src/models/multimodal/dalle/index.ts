import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model, type Parts } from "../../../core/model.js";
import { learnedBy } from "../../explanation.js";
import { tokeniserNeeds } from "../../symbols/token-symbols.js";
import { dvae } from "../../variational/dvae/index.js";
import { type DalleConfig, dalleConfig } from "./config.js";
import { designOf } from "./design-of.js";
import { explain } from "./explain.js";
import { maskedOrder, rasterOrder } from "./orders.js";
import { setupOf, TOKENISER } from "./setup.js";

/** A sentence becomes pictures: a transformer over words and the tokens of a discrete autoencoder. */
export const dalle = defineModel({
  id: "dalle",
  family: "multimodal",
  title: "DALL·E",
  source: {
    title: "Zero-Shot Text-to-Image Generation",
    authors: "Ramesh, Pavlov, Goh, Gray, Voss, Radford, Chen & Sutskever",
    year: 2021,
    reference: "arXiv:2102.12092",
  },
  density: "exact",
  settingDensity: { key: "order", value: "masked", density: "bound" },
  config: dalleConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.9, 0.95],
    learningRate: 1e-3,
    batchSize: 32,
    clipNorm: 1,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: true,
    levels: 2,
    annotations: { caption: { vocabulary: ["", "a", "seven"], length: 3 } },
  },
  parts: { [TOKENISER]: { ...tokeniserNeeds, example: dvae } },
  build,
});

function build(config: DalleConfig, data: DataTraits, parts: Parts = {}): Model {
  const setup = setupOf(config, data, parts);
  const { symbols } = setup;
  const design = designOf(setup);
  const learned =
    config.order === "raster" ? rasterOrder(setup, design, data) : maskedOrder(setup, design, data);
  return {
    conditionedOn: ["caption"],
    steps: [{ name: "nll", trains: ["network"], objective: learned.objective }],
    explain: () => explain(setup, design, learnedBy(learned.nll, data)),
    ...(symbols.uses && { uses: symbols.uses }),
    capabilities: learned.capabilities,
  };
}
