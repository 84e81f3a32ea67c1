import { type ImageShape, pixelsPerImage } from "../../core/batch.js";
import {
  consecutive,
  inBatches,
  requireCount,
  withBatchSize,
} from "../../core/capabilities/batches.js";
import { requireWhole } from "../../core/missing-pixels.js";
import type { Extractor } from "./extractor.js";

const BATCH_PIXELS = 1_000_000;

/**
 * Raw pixels as features. Distances between them change little with what an image shows and much with
 * where it shows it, so they suit small centred images, and copies.
 */
export function pixelExtractor(shape: ImageShape): Extractor {
  const length = pixelsPerImage(shape);
  return {
    name: "pixels",
    sha256: null,
    description: "raw pixels in [0, 1]",
    shape,
    length,
    async *features(source, options = {}) {
      requireCount("the number of images", source.count);
      requireWhole(source, "show", "features need whole images");
      const usual = Math.max(1, Math.floor(BATCH_PIXELS / length));
      const work = { ...withBatchSize(options, usual), count: source.count };
      yield* inBatches(work, async (first, size) => {
        const values = new Float32Array(size * length);
        await source.read(consecutive(first, size), values);
        return { first, values };
      });
    },
  };
}
