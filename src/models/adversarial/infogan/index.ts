import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, exp, mul, neg } from "../../../tensor/ops/elementwise.js";
import { concat } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { drawsFor } from "../augment/index.js";
import { warp, warpDraws } from "../augment/warp.js";
import { dcganPlayers, requireHalving } from "../dcgan/networks.js";
import { settingsOf } from "../dcgan/recipe.js";
import { gameCapabilities } from "../game/capabilities.js";
import { diagnoseGame } from "../game/diagnosis.js";
import { explainGame } from "../game/explain.js";
import { DISCRIMINATOR, GENERATOR, type Players } from "../game/players.js";
import { requireSensible } from "../game/requirements.js";
import { type Game, gameSteps } from "../game/steps.js";
import { signed, unit } from "../game/views.js";
import { drawnInput, inputLength, inputOf } from "./codes.js";
import { type InfoganConfig, infoganConfig } from "./config.js";
import { groupingNats } from "./grouping.js";
import { overclusters, posterior, recognition } from "./recognise.js";

/** A convolutional game whose generator keeps what its codes say, so that they come to mean something. */
export const infogan = defineModel({
  id: "infogan",
  family: "adversarial",
  title: "Information maximising adversarial network",
  source: {
    title:
      "InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets",
    authors: "Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel",
    year: 2016,
    reference: "arXiv:1606.03657",
  },
  density: "none",
  config: infoganConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.5, 0.99],
    learningRate: 2e-4,
    batchSize: 128,
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

function build(config: InfoganConfig, data: DataTraits): Model {
  const latent = inputLength(config);
  const alone = {
    packing: 1,
    minibatchStd: false,
    conditional: false,
    growing: false,
    projectionSteps: 0,
  };
  const settings = { ...settingsOf({ ...config, ...alone }), latent };
  const batchNorm = settings.normalisation === "batch";
  const { spectral } = settings;
  requireHalving("infogan", settings, data);
  requireSensible("infogan", settings, { batchNorm, spectral, conditional: false }, data);
  if (config.overclusters > 0 && config.grouping === 0) {
    throw new ConfigError(
      `infogan: overclusters=${config.overclusters} are taught by grouping, but grouping=0; set grouping=1`,
    );
  }
  const networks = dcganPlayers(settings, data);
  const players: Players = {
    ...networks,
    noise: (scope, count, spread) => drawnInput(scope, count, spread, config),
    recognise: (scope, features, z) => recognition(posterior(scope, features, config), z, config),
    ...(config.grouping > 0 && {
      group: (scope, pixelsSigned, features) => {
        const other = warped(scope.child("changed"), pixelsSigned, config.groupingExtent);
        const theirs = networks.judge(scope, other, undefined).features;
        const missed = (categories: (seen: Tensor) => Tensor, evenness = 1) =>
          groupingNats(categories(features), categories(theirs), evenness);
        const coarse = (seen: Tensor) => posterior(scope, seen, config).logProbs;
        const own = missed(coarse, config.evenness);
        const all =
          config.overclusters === 0
            ? own
            : add(
                own,
                missed((seen) => overclusters(scope, seen, config)),
              );
        return { loss: mul(all, config.grouping), metrics: { groupingNats: neg(missed(coarse)) } };
      },
    }),
  };
  const game: Game = {
    players,
    settings,
    classesOf: () => undefined,
    generatorRate: config.generatorRate,
  };
  const read = (scope: Scope, pixelsUnit: Tensor) => {
    const own = scope.child(DISCRIMINATOR);
    const { features } = players.judge(own, signed(pixelsUnit), undefined);
    return posterior(own, features, config);
  };
  return {
    ...(settings.betas && { betas: settings.betas }),
    explain: () => explainGame(game, data, wordsOf(config)),
    steps: gameSteps(game),
    diagnose: (metrics, step) => diagnoseGame(settings, metrics, step),
    capabilities: {
      ...gameCapabilities(game, data),
      cluster: {
        clusters: config.categories,
        trace: (scope, pixelsUnit) => read(scope, pixelsUnit).logProbs,
      },
      encode(scope, pixelsUnit) {
        const { logProbs, mean } = read(scope, pixelsUnit);
        return concat([exp(logProbs), mean], 1);
      },
      decode: {
        codeLength: config.categories + config.continuous,
        categories: config.categories,
        range: 1,
        trace: (scope, codes) =>
          unit(players.generate(scope.child(GENERATOR), inputOf(codes, config), undefined)),
      },
    },
  };
}

const warped = (scope: Scope, pixelsSigned: Tensor, extent: number): Tensor =>
  warp(pixelsSigned, warpDraws(drawsFor(scope, pixelsSigned)), extent);

/** What grouping maximises: the mutual information, or more of the entropies in it. */
const sharedBy = ({ evenness }: InfoganConfig): string =>
  evenness === 1 ? "I(c; c′)" : `(${evenness} H(c) + ${evenness} H(c′) − H(c, c′))`;

const wordsOf = (config: InfoganConfig) => ({
  input: [
    `z = (c, u, e): a category c of ${config.categories} with equal probabilities, u uniform on [−1, 1] in ${config.continuous} dimensions, and noise e from N(0, I) of ${config.latent}`,
  ],
  information: [
    `both players also minimise −${config.categoryWeight} log Q(c | x) − ${config.continuousWeight} log Q(u | x) of drawn images; Q, a head on the discriminator, is categorical in c and normal in u`,
    ...(config.grouping > 0
      ? [
          `D also minimises −${config.grouping} ${sharedBy(config)}, with c of a real image and c′ of the same one warped${config.groupingExtent === 1 ? "" : `, ${config.groupingExtent} times as far as usual`}${config.overclusters === 0 ? "" : `, and as much for a head of ${config.overclusters} finer categories`}`,
        ]
      : []),
  ],
});
