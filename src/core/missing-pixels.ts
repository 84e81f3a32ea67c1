import { MissingPixelsError, type MissingPixelsUse } from "./errors.js";
import type { ImageSource } from "./images.js";
import { exampleOf, type Model, type ModelDefinition } from "./model.js";

/** How much of some images is missing. */
export interface MissingCount {
  /** Values of pixels, each channel for itself. */
  readonly values: number;
  /** Images that lack some. */
  readonly images: number;
}

/** Counts what a source says to be missing. */
export function countMissing({ missing = new Uint32Array() }: ImageSource): MissingCount {
  return {
    values: missing.reduce((sum, count) => sum + count, 0),
    images: missing.reduce((sum, count) => sum + Math.min(count, 1), 0),
  };
}

/**
 * Refuses images that lack pixels, before any work on them.
 *
 * @param problem  why they cannot be taken
 * @throws MissingPixelsError naming the source and the first such image
 */
export function requireWhole(source: ImageSource, use: MissingPixelsUse, problem: string): void {
  const first = source.missing?.findIndex((count) => count > 0) ?? -1;
  if (first < 0) return;
  throw missingPixels(source, first, use, problem);
}

/** What to say of an image that lacks pixels where none may. */
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

/** Whether a model can score them. */
export const scoresMissing = ({ capabilities }: Model): boolean =>
  capabilities.score?.missing !== undefined;

/** What a model with its default configuration takes images with missing pixels for. */
export function usesOfMissing(definition: ModelDefinition): MissingPixelsUse[] {
  const model = exampleOf(definition);
  return [
    ...(fitsMissing(model) ? (["fit"] as const) : []),
    ...(scoresMissing(model) ? (["score"] as const) : []),
  ];
}
