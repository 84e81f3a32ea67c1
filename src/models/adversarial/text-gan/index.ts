import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { requireBounded, requireRoom } from "../game/requirements.js";
import { signed, unit } from "../game/views.js";
import { type TextGanConfig, textGanConfig } from "./config.js";
import { explainTextGan } from "./explain.js";
import { requireSides, textNetworks } from "./networks.js";
import { drawnImages, textSteps } from "./steps.js";

/** A generator that draws what a caption says. */
export const textGan = defineModel({
  id: "text-gan",
  family: "adversarial",
  title: "Text-to-image adversarial network",
  source: {
    title: "DF-GAN: A Simple and Effective Baseline for Text-to-Image Synthesis",
    authors: "Tao et al.",
    year: 2022,
    reference: "arXiv:2008.05865",
  },
  density: "none",
  config: textGanConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0, 0.99],
    learningRate: 5e-4,
    batchSize: 32,
    ema: 0.999,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: 17,
    annotations: { caption: { vocabulary: ["", "a", "digit"], length: 2 } },
  },
  build,
});

function build(config: TextGanConfig, data: DataTraits): Model {
  const { caption } = data.annotations;
  if (caption === undefined) {
    throw new ConfigError(
      "text-gan draws captions, but these images have none; take --data scenes, shapes or emoji-google, or a folder with captions",
    );
  }
  if (config.text % config.heads !== 0) {
    throw new ConfigError(`text-gan: heads=${config.heads} does not divide text=${config.text}`);
  }
  requireBounded("text-gan", config, config.penalty !== "none");
  requireRoom("text-gan", config.augment, data);
  requireSides(config, data);
  const networks = textNetworks(config, data, caption);
  const readOf = (scope: Scope, annotations: AnnotationTensors): Tensor =>
    networks.read(scope, requireAnnotation(annotations, "caption"));
  return {
    conditionedOn: ["caption"],
    explain: () => explainTextGan(networks, config, data),
    steps: textSteps(networks, config),
    capabilities: {
      sample: (scope, count, { temperature, annotations }) =>
        unit(
          drawnImages(networks, config, scope, count, readOf(scope, annotations), temperature)
            .images,
        ),
      decode: {
        codeLength: config.latent,
        trace(scope, codes, { annotations }) {
          const { mean } = networks.condition(scope, readOf(scope, annotations));
          return unit(networks.draw(scope, codes, mean));
        },
        between(scope, codes, { annotations, to, share }) {
          const [from, towards] = [annotations, to].map((each) => readOf(scope, each));
          const read = add(from, mul(expandDims(share, 1), sub(towards, from)));
          return unit(networks.draw(scope, codes, networks.condition(scope, read).mean));
        },
      },
      realness: (scope, pixelsUnit, annotations) =>
        networks.judge(scope, networks.look(scope, signed(pixelsUnit)), readOf(scope, annotations)),
    },
  };
}
