import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { abs, sub } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, stack } from "../../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { requireBounded } from "../game/requirements.js";
import { signed, unit } from "../game/views.js";
import { requireJudgeable } from "../translation/patch-features.js";
import { requireTranslatable } from "../translation/residual-generator.js";
import { conditionOf, type StarCondition } from "./condition.js";
import { type StarganConfig, starganConfig } from "./config.js";
import { explainStar } from "./explain.js";
import { starNetworks } from "./networks.js";
import { type Star, starSteps } from "./steps.js";

/** One generator for all domains or attributes of images. */
export const stargan = defineModel({
  id: "stargan",
  family: "adversarial",
  title: "Star adversarial network",
  source: {
    title: "StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image Translation",
    authors: "Choi et al.",
    year: 2018,
    reference: "arXiv:1711.09020",
  },
  density: "none",
  config: starganConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.5, 0.999],
    learningRate: 2e-4,
    batchSize: 16,
    ema: 0.999,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: 17,
    annotations: { attributes: { names: ["first", "second"] } },
  },
  build,
});

function build(config: StarganConfig, data: DataTraits): Model {
  const condition = conditionOf(config, data);
  requireTranslatable("stargan", config, data);
  requireBounded("stargan", config, config.penalty !== "none");
  requireJudgeable("stargan", { channels: config.patches, normalise: false }, data);
  const networks = starNetworks(config, condition.names);
  const star: Star = { networks, condition, config };
  const translated = (scope: Scope, pixelsUnit: Tensor, target: Tensor) =>
    unit(networks.translate(scope, signed(pixelsUnit), target));
  return {
    conditionedOn: [condition.by],
    explain: () => explainStar(star, data),
    steps: starSteps(star),
    preview: {
      trace: (scope, { pixelsUnit, annotations }) =>
        stack(
          [
            pixelsUnit,
            ...othersOf(condition, condition.of(annotations)).map((target) =>
              translated(scope, pixelsUnit, target),
            ),
          ],
          1,
        ),
    },
    capabilities: {
      translate: {
        by: condition.by,
        trace: (scope, pixelsUnit, target) => translated(scope, pixelsUnit, condition.of(target)),
      },
    },
  };
}

/** Pictures beside an image, at most. */
const SHOWN = 8;

/** [B, K] each: every class in turn, or the image's attributes with one of them changed. */
function othersOf({ by, names }: StarCondition, own: Tensor): Tensor[] {
  return Array.from(names.keys())
    .slice(-SHOWN)
    .map((at) => {
      const only = constant(
        names.map((_, other) => (other === at ? 1 : 0)),
        [1, names.length],
      );
      return by === "class" ? broadcastTo(only, own.shape) : abs(sub(own, only));
    });
}
