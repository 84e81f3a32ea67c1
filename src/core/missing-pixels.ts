import { MissingPixelsError, type MissingPixelsUse } from "./errors.js";
import type { ImageSource } from "./images.js";
import { exampleOf, type Model, type ModelDefinition } from "./model.js";

/** How much of some images is missing. */
export interface MissingCount {
  /** Missing values; each channel of a pixel counts. */
  readonly values: number;
  /** Images with missing values. */
  readonly images: number;
}

/** Counts the missing values of a source. */
export function countMissing({ missing = new Uint32Array() }: ImageSource): MissingCount {
  return {
    values: missing.reduce((sum, count) => sum + count, 0),
    images: missing.reduce((sum, count) => sum + Math.min(count, 1), 0),
  };
}

/**
 * Refuses images with missing pixels, before any work on them.
 *
 * @param problem  why they are refused
 * @throws MissingPixelsError naming the source and the first such image
 */
export function requireWhole(source: ImageSource, use: MissingPixelsUse, problem: string): void {
  const first = source.missing?.findIndex((count) => count > 0) ?? -1;
  if (first < 0) return;
  throw missingPixels(source, first, use, problem);
}

/** The error for an image that has missing pixels where none are allowed. */
export function missingPixels(
  source: ImageSource,
  image: number,
  use: MissingPixelsUse,
  problem: string,
): MissingPixelsError {
  const others = countMissing(source).images - 1;
  const place = source.origin?.indices[image] ?? image;
  return new MissingPixelsError(
    `image ${place} has missing pixels (NaN)${others > 0 ? `, as have ${others} others` : ""}; ${problem}`,
    source.source,
    use,
  );
}

/** Whether a model can be fitted to images with missing pixels. */
export const fitsMissing = ({ fit }: Model): boolean =>
  fit?.stages.every((stage) => stage.missing !== undefined) ?? false;

/** Whether a model can score images with missing pixels. */
export const scoresMissing = ({ capabilities }: Model): boolean =>
  capabilities.score?.missing !== undefined;

/** Uses for which a model, with its default configuration, accepts images with missing pixels. */
export function usesOfMissing(definition: ModelDefinition): MissingPixelsUse[] {
  const model = exampleOf(definition);
  return [
    ...(fitsMissing(model) ? (["fit"] as const) : []),
    ...(scoresMissing(model) ? (["score"] as const) : []),
  ];
}
