import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { gameCapabilities } from "../game/capabilities.js";
import { diagnoseGame } from "../game/diagnosis.js";
import { explainGame } from "../game/explain.js";
import { requireSensible } from "../game/requirements.js";
import { type Game, gameSteps } from "../game/steps.js";
import { type DcganConfig, dcganConfig } from "./config.js";
import { growingPlayers, requireGrowth } from "./growing.js";
import { type GrownPlayers, growingPhases, recordedGrowth } from "./growth.js";
import { dcganPlayers, requireHalving } from "./networks.js";
import { settingsOf } from "./recipe.js";

/** A generator and a discriminator of convolutions. */
export const dcgan = defineModel({
  id: "dcgan",
  family: "adversarial",
  title: "Deep convolutional adversarial network",
  source: {
    title:
      "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
    authors: "Radford, Metz & Chintala",
    year: 2015,
    reference: "arXiv:1511.06434",
  },
  density: "none",
  config: dcganConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0, 0.99],
    learningRate: 2e-4,
    batchSize: 64,
    ema: 0.999,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: 17,
    annotations: {},
  },
  build,
});

function build(config: DcganConfig, data: DataTraits): Model {
  const settings = settingsOf(config);
  const { normalisation, spectral, conditional } = settings;
  const batchNorm = normalisation === "batch";
  requireHalving("dcgan", settings, data);
  requireSensible("dcgan", settings, { batchNorm, spectral, conditional }, data);
  const count = classesFor("dcgan", config, data);
  const doublings = settings.channels.length;
  if (settings.growing) requireGrowth(settings, data);
  const grown: GrownPlayers = (growth) => growingPlayers(settings, data, growth);
  const game: Game = {
    players: settings.growing ? grown(recordedGrowth(doublings)) : dcganPlayers(settings, data),
    settings,
    classesOf: (annotations) => oneHotClasses(annotations, count),
  };
  return {
    ...(conditional && { conditionedOn: ["class"] }),
    ...(settings.betas && { betas: settings.betas }),
    explain: () => explainGame(game, data, { conditional }),
    ...(settings.growing
      ? { steps: [], phases: growingPhases(game, grown, doublings) }
      : { steps: gameSteps(game) }),
    diagnose: (metrics, step) => diagnoseGame(game.settings, metrics, step),
    capabilities: gameCapabilities(game, data),
  };
}
