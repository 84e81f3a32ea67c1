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
