import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import { embedding } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { lessEqual, where } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { levelsOf } from "../levels-of-a-batch.js";
import { predictions } from "../predictions.js";
import type { DdpmConfig } from "./config.js";
import { embeddingLength, unet } from "./unet.js";

/** What a denoiser is made of. */
export interface Design {
  readonly config: DdpmConfig;
  readonly image: ImageShape;
  /** Number of classes; 0 where the model is not conditional. */
  readonly classes: number;
}

/**
 * The network's prediction of noisy images, in training and after.
 *
 * @param z        [B, C, H, W] states at unit scale
 * @param sigma    [B] their noise levels
 * @param classOf  int32 [B] classes, `classes` for none; undefined for a model without
 * @returns        [B, C, H, W]
 */
export function predict(
  scope: Scope,
  z: Tensor,
  sigma: Tensor,
  classOf: Tensor | undefined,
  { config, image, classes }: Design,
): Tensor {
  const own = scope.child("network");
  const condition =
    classOf &&
    embedding(own.child("class"), classOf, {
      count: classes + 1,
      features: embeddingLength(config),
    });
  return unet(own, z, { sigma, condition }, config, image);
}

/** D(z; σ), the estimate of the images: [B, C, H, W], about within [−1, 1]. */
export function denoised(
  scope: Scope,
  z: Tensor,
  sigma: Tensor,
  annotations: AnnotationTensors,
  design: Design,
): Tensor {
  const predicted = predict(scope, z, sigma, classesOf(annotations, design), design);
  return predictions[design.config.prediction].denoised(z, predicted, levelsOf(sigma));
}

/** The classes of a batch; undefined for a model without. */
export const classesOf = (
  annotations: AnnotationTensors,
  { classes }: Design,
): Tensor | undefined => (classes === 0 ? undefined : requireAnnotation(annotations, "class"));

/** The classes of a training batch, some of them hidden, so that the network learns both. */
export function someHidden(scope: Scope, classOf: Tensor, { config, classes }: Design): Tensor {
  if (config.dropClass === 0) return classOf;
  const uniform = scope.noise("drop", classOf.shape, "uniform");
  return where(lessEqual(config.dropClass, uniform), classOf, classes);
}
