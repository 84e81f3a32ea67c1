import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { gameCapabilities } from "../game/capabilities.js";
import { diagnoseGame } from "../game/diagnosis.js";
import { explainGame } from "../game/explain.js";
import { requireSensible } from "../game/requirements.js";
import { type Game, gameSteps } from "../game/steps.js";
import { type GanConfig, ganConfig } from "./config.js";
import { ganPlayers } from "./networks.js";

/** A generator and a discriminator of dense layers, for points in the plane and small images. */
export const gan = defineModel({
  id: "gan",
  family: "adversarial",
  title: "Generative adversarial network",
  source: {
    title: "Generative Adversarial Nets",
    authors: "Goodfellow et al.",
    year: 2014,
    reference: "arXiv:1406.2661",
  },
  density: "none",
  config: ganConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0, 0.99],
    learningRate: 2e-4,
    batchSize: 128,
    ema: 0.999,
  },
  build,
});

function build(config: GanConfig, data: DataTraits): Model {
  const { spectral, conditional } = config;
  requireSensible("gan", config, { batchNorm: false, spectral, conditional }, data);
  const count = classesFor("gan", config, data);
  const game: Game = {
    players: ganPlayers(config, data),
    settings: config,
    classesOf: (annotations) => oneHotClasses(annotations, count),
  };
  return {
    ...(conditional && { conditionedOn: ["class"] }),
    explain: () => explainGame(game, data, { conditional }),
    steps: gameSteps(game),
    diagnose: (metrics, step) => diagnoseGame(game.settings, metrics, step),
    capabilities: gameCapabilities(game, data),
  };
}
