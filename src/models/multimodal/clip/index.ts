import { requireAnnotation } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { logSoftmax } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { type ClipConfig, clipConfig } from "./config.js";
import { contrast } from "./contrast.js";
import { explain } from "./explain.js";
import { captionTower, imageTower, logitScale } from "./towers.js";
import { classCaptions } from "./zero-shot.js";

/** Embeds images and captions so that those that belong together are near. */
export const clip = defineModel({
  id: "clip",
  family: "multimodal",
  title: "CLIP",
  source: {
    title: "Learning Transferable Visual Models From Natural Language Supervision",
    authors: "Radford, Kim, Hallacy, Ramesh, Goh, Agarwal, Sastry, Askell, Mishkin, Clark & others",
    year: 2021,
    reference: "arXiv:2103.00020",
  },
  density: "none",
  config: clipConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128, clipNorm: 1 },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: true,
    levels: 2,
    annotations: { caption: { vocabulary: ["", "a", "seven"], length: 3 } },
  },
  build,
});

function build(config: ClipConfig, data: DataTraits): Model {
  const { caption } = data.annotations;
  if (caption === undefined) {
    throw new ConfigError(
      "clip needs images with captions, such as scenes or emoji-google, but these have none",
    );
  }
  const halvings = config.channels.length - 1;
  if (2 ** halvings > Math.min(data.height, data.width)) {
    throw new ConfigError(
      `clip: images of ${data.height}×${data.width} cannot be halved ${halvings} times; list fewer channels`,
    );
  }
  if (config.text % config.heads !== 0) {
    throw new ConfigError(`clip: ${config.heads} heads do not divide text=${config.text}`);
  }
  const network = (scope: Scope) => scope.child("network");
  const images = (scope: Scope, pixelsUnit: Tensor) =>
    imageTower(network(scope), pixelsUnit, config);
  const captions = (scope: Scope, words: Tensor) =>
    captionTower(network(scope), words, config, caption);
  const scale = (scope: Scope) => logitScale(network(scope));
  const named = classCaptions(data);
  const names =
    named &&
    constant(
      named.flatMap((words) => [...words]),
      [named.length, caption.length],
      "int32",
    );
  return {
    steps: [
      {
        name: "contrast",
        trains: ["network"],
        objective(scope, { pixelsUnit, annotations }) {
          const words = requireAnnotation(annotations, "caption");
          const { loss, hits } = contrast(
            images(scope, pixelsUnit),
            captions(scope, words),
            scale(scope),
            words,
          );
          return { loss, metrics: { hits } };
        },
      },
    ],
    explain: () =>
      explain(
        config,
        data,
        learnedBy((scope, { pixelsUnit, annotations }) => {
          const words = requireAnnotation(annotations, "caption");
          const near = matmul(images(scope, pixelsUnit), captions(scope, words), {
            transposeB: true,
          });
          return mul(near, scale(scope));
        }, data),
      ),
    capabilities: {
      encode: (scope, pixelsUnit) => images(scope, pixelsUnit),
      match: {
        captionLength: caption.length,
        embeddingLength: config.features,
        images,
        captions,
        scale,
      },
      ...(names && {
        classify(scope, pixelsUnit) {
          const near = matmul(images(scope, pixelsUnit), captions(scope, names), {
            transposeB: true,
          });
          return logSoftmax(mul(near, scale(scope)), 1);
        },
      }),
    },
  };
}
