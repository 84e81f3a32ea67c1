import { type Corruption, corrupt, levelProblem } from "../../nn/corruption.js";
import { ConfigError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { joinBatches, overImages, toImages, valuesOf } from "./batches.js";

/**
 * Removes the noise of images.
 *
 * @param source  noisy images, whose pixels may leave [0, 1]
 * @throws UnavailableError when the model cannot denoise
 */
export async function denoise(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Images> {
  const trace = requireCapability(model, "denoise");
  const batches = overImages(model, source, options, "denoise", trace);
  return toImages(model, await joinBatches(valuesOf(batches)));
}

/**
 * Damages images, to see how well a model repairs them. Gaussian noise is not clipped.
 *
 * @throws ConfigError when the level is out of range
 */
export async function corruptImages(
  model: LoadedModel,
  source: ImageSource,
  corruption: Corruption,
  options: WorkOptions & { readonly seed?: number } = {},
): Promise<Images> {
  requireLevel(corruption);
  const name = `corrupt.${corruption.kind}.${corruption.level}`;
  const batches = overImages(model, source, options, name, (scope, pixelsUnit) =>
    corrupt(scope, pixelsUnit, corruption),
  );
  return toImages(model, await joinBatches(valuesOf(batches)));
}

/** @throws ConfigError when a corruption's level is out of range */
export function requireLevel(corruption: Corruption, prefix = ""): void {
  const problem = levelProblem(corruption);
  if (problem !== undefined) throw new ConfigError(prefix + problem);
}
