import type { AnnotationTensors } from "../../../core/annotations.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { split } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { levelsOf } from "../levels-of-a-batch.js";
import { networks } from "../networks/index.js";
import { levelEmbedding } from "../networks/level-embedding.js";
import { predictions } from "../predictions.js";
import { type Condition, conditionOf, told } from "./condition.js";
import type { Design } from "./design.js";

/** What the network says about noisy images. */
export interface Predicted {
  /** [B, C, H, W] what it is trained to predict. */
  readonly prediction: Tensor;
  /** [B, C, H, W] share of ln β in the logarithm of a step's variance, about in [0, 1]; where learned. */
  readonly share: Tensor | undefined;
}

/**
 * The network's prediction of noisy images, in training and after.
 *
 * @param z      [B, C, H, W] states at unit scale
 * @param sigma  [B] their noise levels
 */
export function predict(
  scope: Scope,
  z: Tensor,
  sigma: Tensor,
  condition: Condition,
  design: Design,
): Predicted {
  const { config, image } = design;
  const own = scope.child("network");
  const network = networks[config.network];
  const level = levelEmbedding(own.child("level"), sigma, {
    waves: Math.max(4, 2 * config.channels),
    features: network.embeddingLength(config),
  });
  const known = told(own, level, condition, design);
  const { channels } = image;
  if (config.variance !== "learned") {
    return { prediction: network.trace(own, z, known, config, channels), share: undefined };
  }
  const both = network.trace(own, z, known, config, 2 * channels);
  const [prediction, raw] = split(both, [channels, channels], 1);
  // Halfway between β̃ and β before training. @source code of Nichol & Dhariwal 2021, arXiv:2102.09672
  return { prediction, share: mul(add(raw, 1), 0.5) };
}

/** D(z; σ) and what goes with it. */
export interface Denoised {
  /** [B, C, H, W] the estimate of the images, about within [−1, 1]. */
  readonly image: Tensor;
  /** As {@link Predicted.share}. */
  readonly share: Tensor | undefined;
}

export function denoised(
  scope: Scope,
  z: Tensor,
  sigma: Tensor,
  annotations: AnnotationTensors,
  design: Design,
): Denoised {
  const { prediction, share } = predict(scope, z, sigma, conditionOf(annotations, design), design);
  const image = predictions[design.config.prediction].denoised(z, prediction, levelsOf(sigma));
  return { image, share };
}
