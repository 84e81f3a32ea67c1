import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import { cast, mul } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { broadcastTo, stack } from "../../../tensor/ops/rearrange.js";
import { argMax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { GENERATOR } from "../game/players.js";
import { requireBounded } from "../game/requirements.js";
import { unit } from "../game/views.js";
import { type PuzzleGanConfig, puzzleGanConfig } from "./config.js";
import { cut } from "./cut.js";
import { explainPuzzle } from "./explain.js";
import { puzzleNetworks, requirePuzzleSides } from "./networks.js";
import { placesOf } from "./places.js";
import { puzzleSteps } from "./steps.js";

/** A generator of images from pieces of them. */
export const puzzleGan = defineModel({
  id: "puzzle-gan",
  family: "adversarial",
  title: "Puzzle adversarial network",
  source: {
    title: "Unsupervised Holistic Image Generation from Key Local Patches",
    authors: "Lee et al.",
    year: 2018,
    reference: "arXiv:1703.10730",
  },
  density: "none",
  config: puzzleGanConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.5, 0.999],
    learningRate: 2e-4,
    batchSize: 32,
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

function build(config: PuzzleGanConfig, data: DataTraits): Model {
  requireBounded("puzzle-gan", config, config.penalty > 0);
  const places = placesOf(config, data);
  requirePuzzleSides(config, data);
  const networks = puzzleNetworks(config, data, places);
  const count = places.tops.length * places.lefts.length;
  return {
    explain: () => explainPuzzle(networks, config, data),
    steps: puzzleSteps(networks, config),
    preview: {
      trace(scope, { pixelsUnit }) {
        const { patches } = cut(networks, pixelsUnit);
        const layout = networks.locate(scope, patches);
        const canvas = networks.lay(patches, oneHot(argMax(layout.logProbs, 2), count));
        const z = scope.child(GENERATOR).noise("z", [pixelsUnit.shape[0], config.latent], "normal");
        const whole = networks.draw(scope, z, layout, canvas);
        const mask = broadcastTo(layout.mask, pixelsUnit.shape);
        return stack([pixelsUnit, mul(unit(canvas.shown), canvas.covered), mask, unit(whole)], 1);
      },
    },
    capabilities: {
      assemble: {
        places,
        cut(pixelsUnit) {
          const { patches, chosen } = cut(networks, pixelsUnit);
          return { patches, places: cast(argMax(chosen, 2), "int32") };
        },
        locate(scope, patches) {
          const { mask, logProbs } = networks.locate(scope, patches);
          return { mask, logProbs };
        },
        draw(scope, patches, chosen, temperature): Tensor {
          const layout = networks.locate(scope, patches);
          const canvas = networks.lay(patches, oneHot(chosen, count));
          const z = scope.child(GENERATOR).noise("z", [patches.shape[0], config.latent], "normal");
          return unit(networks.draw(scope, mul(z, temperature), layout, canvas));
        },
      },
    },
  };
}
