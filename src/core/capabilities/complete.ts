import { pixelsPerImage } from "../batch.js";
import type { RenderOptions } from "../capability.js";
import { ConfigError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { missingPixels } from "../missing-pixels.js";
import {
  batchSizeFor,
  driveInBatches,
  imageLackingPixels,
  imageReader,
  joinBatches,
  requireCount,
  toImages,
  withBatchSize,
} from "./batches.js";
import { checkedTemperature } from "./sample.js";

export interface CompleteOptions extends WorkOptions, Partial<RenderOptions> {
  /** [H · W] 1 where the pixel is given, 0 where the model fills it in. */
  readonly known: Uint8Array;
  /** Completions per image; 1 by default. */
  readonly repeats?: number;
  readonly seed?: number;
  /** ≥ 0; up to 1e-6 counts as 0, the mode (src/nn/temperature.ts). 1 by default. */
  readonly temperature?: number;
}

/**
 * Fills in missing pixels. Given pixels come back exactly as they are.
 *
 * @param source  the images; values at masked pixels are ignored
 * @returns       source.count · repeats images; the completions of an image follow each other
 * @throws UnavailableError when the model cannot complete images, or not these pixels
 * @throws ConfigError when an option is out of range, or the mask does not fit the images or hides no
 *   pixel
 */
export async function complete(
  model: LoadedModel,
  source: ImageSource,
  options: CompleteOptions,
): Promise<Images> {
  const { known, repeats = 1, seed = 0, draw = true } = options;
  const completion = requireCapability(model, "complete");
  requireCount("the number of images", source.count);
  requireCount("the number of completions", repeats);
  requireCount("the seed", seed, 0);
  const temperature = checkedTemperature(options.temperature);
  requireMask(model, known);
  completion.check?.(known);
  await requireGiven(model, source, known);
  const read = imageReader(model, source);
  const usual = batchSizeFor(model, 1, completion.bytesPerImage);
  const work = { ...withBatchSize(options, usual), count: source.count * repeats };
  const completed = driveInBatches(model, work, async (host, first, size) => {
    const images = Array.from({ length: size }, (_, item) => Math.floor((first + item) / repeats));
    const { pixelsUnit, annotations } = await read(images);
    const given = withoutMissing(model, pixelsUnit, known);
    const lacking = imageLackingPixels(model, given);
    if (lacking !== undefined) throw notGiven(source, images[lacking]);
    const request = { size, first, seed, temperature, draw, annotations, known };
    return completion.drive(host, { ...request, pixelsUnit: given });
  });
  return toImages(model, await joinBatches(completed));
}

/** Checks that the mask hides every missing pixel, before any work. @throws MissingPixelsError */
async function requireGiven(
  model: LoadedModel,
  source: ImageSource,
  known: Uint8Array,
): Promise<void> {
  const pixelsUnit = new Float32Array(pixelsPerImage(model.data));
  for (const [image, count] of source.missing?.entries() ?? []) {
    if (count === 0) continue;
    await source.read([image], pixelsUnit);
    if (withoutMissing(model, pixelsUnit, known).some(Number.isNaN)) throw notGiven(source, image);
  }
}

const notGiven = (source: ImageSource, image: number) =>
  missingPixels(source, image, "show", "the mask gives some of them; hide them");

/** The images with zeros in place of missing pixels, so that no model can read them. */
function withoutMissing(
  { data }: LoadedModel,
  pixelsUnit: Float32Array,
  known: Uint8Array,
): Float32Array {
  const area = data.height * data.width;
  return pixelsUnit.map((value, index) => (known[index % area] === 1 ? value : 0));
}

/** @throws ConfigError when a mask has another size, has other values or hides no pixel */
function requireMask({ data }: LoadedModel, known: Uint8Array): void {
  const { height, width } = data;
  if (known.length !== height * width) {
    throw new ConfigError(
      `the mask has ${known.length} pixels; the images are ${height}×${width} = ${height * width}`,
    );
  }
  if (known.some((value) => value > 1)) throw new ConfigError("a mask holds only 0 and 1");
  if (known.every((value) => value === 1)) {
    throw new ConfigError("the mask hides no pixel, so there is nothing to fill in");
  }
}
