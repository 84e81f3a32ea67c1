import { grad } from "../../tensor/gradient.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { ImageSource } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { joinBatches, overImages, valuesOf } from "./batches.js";

/**
 * How real a model's discriminator finds each image, before any sigmoid.
 *
 * @returns  [N] larger for more real; where only differences count, a common constant is arbitrary
 * @throws UnavailableError when the model has no discriminator that judges single images
 * @throws DataError when an image lacks pixels
 */
export function realness(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Float32Array> {
  const trace = requireCapability(model, "realness");
  return joinBatches(valuesOf(overImages(model, source, options, "realness", trace)));
}

/**
 * The slope of a discriminator at each image: where a generator is told to move it.
 *
 * @returns  [N, C, H, W] gradient of the image's realness with respect to its pixels in [0, 1]
 * @throws UnavailableError, DataError as {@link realness}
 */
export function realnessSlopes(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Float32Array> {
  const trace = requireCapability(model, "realness");
  return joinBatches(
    valuesOf(
      overImages(model, source, options, "realness.slopes", (scope, pixelsUnit, annotations) => {
        const outputs = trace(scope, pixelsUnit, annotations);
        return grad(sum(outputs), { slopes: pixelsUnit }).slopes;
      }),
    ),
  );
}
