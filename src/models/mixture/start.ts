import { ConfigError, DataError } from "../../core/errors.js";
import type { FitContext } from "../../core/fit.js";
import type { ImageSource } from "../../core/images.js";
import { type Stream, stream } from "../../runtime/random.js";
import { type Points, spreadPoints } from "../k-means-plus-plus.js";
import type { Layout } from "./layout.js";

/** How the initial means of a mixture are chosen. */
export type Start =
  | { readonly kind: "k-means++" | "random" }
  /** [M, D] row-major. */
  | { readonly kind: "given"; readonly means: readonly number[] };

/** Statistics of all images, computed before a fit. */
interface Survey {
  /** [D] mean of each pixel over the images that have it. */
  readonly mean: Float64Array;
  /** Variance of a pixel, averaged over the pixels. */
  readonly variance: number;
}

/** Most images used for seeding, which holds them in memory and visits them for each component. */
const SEEDING_IMAGES = 10_000;
const BATCH = 500;

/**
 * The initial means, and the spread of the pixels.
 *
 * @returns  means of [M, D], and the mean variance of a pixel
 * @throws DataError when there are fewer images, or fewer distinct images, than components, when a class
 *                   has no image, or when a pixel is missing in every image
 */
export async function startOf(
  images: ImageSource,
  layout: Layout,
  start: Start,
  context: FitContext,
): Promise<{ means: Float64Array; variance: number }> {
  const { components, classes, length } = layout;
  const { mean, variance } = await survey(images, length, context);
  if (start.kind === "given") return { means: Float64Array.from(start.means), variance };
  const each = components / classes;
  const means = new Float64Array(components * length);
  for (let label = 0; label < classes; label++) {
    context.signal?.throwIfAborted();
    const source = stream(context.seed, `seeding.${context.restart}.${label}`);
    const candidates = await candidatesOf(images, layout, label, mean, source);
    const spread = stream(context.seed, `k-means++.${context.restart}.${label}`);
    const own =
      start.kind === "random"
        ? Array.from({ length: each }, (_, at) => at)
        : spreadImages(candidates, each, spread);
    own.forEach((image, at) => {
      const row = candidates.values.subarray(image * length, (image + 1) * length);
      means.set(row, (label * each + at) * length);
    });
  }
  return { means, variance };
}

/** Checks given means against the layout. @throws ConfigError with the required number of values */
export function requireMeans(model: string, means: readonly number[], layout: Layout): void {
  const expected = layout.components * layout.length;
  if (means.length !== expected) {
    throw new ConfigError(
      `${model}: init=given needs the means of ${layout.components} components with ${layout.length} values each, ${expected} numbers in all, not ${means.length}`,
    );
  }
}

async function survey(
  images: ImageSource,
  length: number,
  { signal, onProgress }: FitContext,
): Promise<Survey> {
  const [counts, sums, squares] = [0, 0, 0].map(() => new Float64Array(length));
  const pixels = new Float32Array(BATCH * length);
  for (let first = 0; first < images.count; first += BATCH) {
    signal?.throwIfAborted();
    const size = Math.min(BATCH, images.count - first);
    await images.read(
      Array.from({ length: size }, (_, offset) => first + offset),
      pixels.subarray(0, size * length),
    );
    for (let image = 0; image < size; image++) {
      const weight = images.weights?.[first + image] ?? 1;
      for (let pixel = 0; pixel < length; pixel++) {
        const value = pixels[image * length + pixel];
        if (Number.isNaN(value)) continue;
        counts[pixel] += weight;
        sums[pixel] += weight * value;
        squares[pixel] += weight * value * value;
      }
    }
    onProgress?.(first + size, images.count);
  }
  const unseen = counts.findIndex((count) => !(count > 0));
  if (unseen >= 0) {
    throw new DataError(
      `value ${unseen} of an image (of ${length}, row by row) is missing in every image, or all weights are 0; remove it or fill it in`,
    );
  }
  const mean = sums.map((sum, pixel) => sum / counts[pixel]);
  const variances = squares.map((sum, pixel) => sum / counts[pixel] - mean[pixel] ** 2);
  return { mean, variance: variances.reduce((a, b) => a + b, 0) / length };
}

/** Images of a class in random order, with missing pixels filled by the mean of all images. */
async function candidatesOf(
  images: ImageSource,
  layout: Layout,
  label: number,
  mean: Float64Array,
  source: Stream,
): Promise<Points> {
  const { classes, components, length } = layout;
  const each = components / classes;
  const weightOf = (image: number) => images.weights?.[image] ?? 1;
  const members = Array.from({ length: images.count }, (_, image) => image).filter(
    (image) =>
      (classes === 1 || images.annotations?.class?.values[image] === label) && weightOf(image) > 0,
  );
  const where = classes === 1 ? "" : ` of class ${label}`;
  if (members.length < each) {
    throw new DataError(
      `${each} component${each === 1 ? "" : "s"}${where} need at least as many images${where}, but there are ${members.length}`,
    );
  }
  const order = source.permutation(members.length);
  const chosen = Array.from(order.subarray(0, SEEDING_IMAGES), (at) => members[at]);
  const pixels = new Float32Array(chosen.length * length);
  await images.read(chosen, pixels);
  pixels.forEach((value, at) => {
    if (Number.isNaN(value)) pixels[at] = mean[at % length];
  });
  return { values: pixels, width: length, weights: chosen.map(weightOf) };
}

/** Chooses images as initial means, by k-means++. @throws DataError when too few images differ */
function spreadImages(candidates: Points, count: number, source: Stream): number[] {
  const chosen = spreadPoints(candidates, count, source);
  if (chosen.length === count) return chosen;
  throw new DataError(
    `only ${chosen.length} of the images differ, which cannot seed ${count} components; use at most ${chosen.length}`,
  );
}
