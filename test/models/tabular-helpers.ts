import type { DataTraits } from "../../src/core/batch.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { arraySet, type ImageSet } from "../../src/data/index.js";
import { trainModel } from "../../src/in-memory.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";

/** Square images with `levels` values, 3×3 by default. */
export const small = (levels: number, side = 3): DataTraits => ({
  channels: 1,
  height: side,
  width: side,
  binary: levels === 2,
  levels,
  annotations: {},
});

/** An image set from categories, one image after the other. */
export function imagesOf(
  { channels, height, width, levels }: DataTraits,
  categories: ArrayLike<number>,
  more: Pick<ImageSet, "weights"> = {},
): ImageSet {
  const info = { name: "small", source: "small", split: "train", channels, height, width };
  const counted = levels === null ? info : { ...info, levels };
  return arraySet({ ...counted, ...more }, Uint8Array.from(categories));
}

/** Categories of random images whose pixels depend on their left and upper neighbours: [count · D]. */
export function dependentCategories(
  { height, width, levels }: DataTraits,
  count: number,
  seed = 7,
): Uint8Array {
  const n = height * width;
  const u = new Float64Array(count * n);
  stream(seed, "dependent").uniform(u);
  const values = new Uint8Array(count * n);
  const k = levels ?? 2;
  u.forEach((number, index) => {
    const pixel = index % n;
    const before = pixel % width > 0 ? values[index - 1] : 0;
    const above = pixel >= width ? values[index - width] : 1;
    const fresh = Math.floor(number * 3 * k) % k;
    values[index] = number < 0.4 ? before : number < 0.7 ? above : fresh;
  });
  return values;
}

/** Fits a model to all images, without validation. */
export function fitted(
  device: Device,
  model: ModelDefinition,
  images: ImageSet,
  config: Readonly<Record<string, unknown>> = {},
): Promise<LoadedModel> {
  return trainModel({ model, images, device, config, validation: 0 });
}

/** Index of an image among all images of its shape; the first pixel is the highest digit. */
export const numberOf = (pixels: ArrayLike<number>, levels: number): number =>
  Array.from(pixels).reduce((sum, pixel) => sum * levels + Math.round(pixel * (levels - 1)), 0);

/** Pearson's χ² of counts against probabilities, over possible outcomes. */
export function chiSquared(counts: ArrayLike<number>, probs: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  return Array.from(counts).reduce((sum, count, outcome) => {
    const expected = total * probs[outcome];
    return expected === 0 ? sum : sum + (count - expected) ** 2 / expected;
  }, 0);
}
