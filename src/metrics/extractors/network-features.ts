import { type ImageShape, pixelsPerImage } from "../../core/batch.js";
import { consecutive, inBatches, requireCount } from "../../core/capabilities/batches.js";
import { DataError } from "../../core/errors.js";
import { requireWhole } from "../../core/missing-pixels.js";
import type { Executable } from "../../runtime/program.js";
import type { Extractor } from "./extractor.js";
import { describePreparation, type PixelPreparation, prepared } from "./preparation.js";

/** Pixels of a batch by default, which bounds the memory of a deep network. */
const BATCH_PIXELS = 1_500_000;
const MOST_IMAGES = 256;

/** A network that turns prepared images into features. */
export interface Network extends Omit<Extractor, "features" | "classifier"> {
  /** Gives features for prepared images, in its only output. */
  readonly executable: Executable;
  /** The input that takes the images. */
  readonly input: string;
  /** The symbol of the number of images; or their number, where that is fixed. */
  readonly batch: string | number;
  readonly pixels: PixelPreparation;
}

/** An extractor of the features that a network gives. */
export function networkExtractor(network: Network): Extractor {
  const { executable, input, batch, pixels, ...known } = network;
  const { shape, length } = known;
  return {
    ...known,
    description: `${known.description}; images ${describePreparation(pixels)}`,
    async *features(source, options = {}) {
      requireCount("the number of images", source.count);
      requireWhole(source, "show", "features need whole images");
      const most = Math.max(
        1,
        Math.min(MOST_IMAGES, Math.floor(BATCH_PIXELS / pixelsPerImage(shape))),
      );
      const batchSize = typeof batch === "number" ? batch : (options.batchSize ?? most);
      const work = { ...options, batchSize, count: source.count };
      yield* inBatches(work, async (first, size) => {
        const pixelsUnit = new Float32Array(size * pixelsPerImage(shape));
        await source.read(consecutive(first, size), pixelsUnit);
        const values = await featuresOf(network, pixelsUnit, size);
        requireFinite(values, length, known.name);
        return { first, values };
      });
    },
  };
}

/** @returns  [count, length] */
async function featuresOf(
  { executable, input, batch, pixels, shape, length }: Network,
  pixelsUnit: Float32Array,
  count: number,
): Promise<Float32Array> {
  const images = filledUp(prepared(pixelsUnit, shape, pixels), shape, batch, count);
  const dims = typeof batch === "string" ? { [batch]: count } : {};
  const outputs = await executable.run({ feeds: { [input]: images }, dims });
  const values = Object.values(outputs)[0] as Float32Array;
  return values.length === count * length ? values : values.slice(0, count * length);
}

/** Images, and black ones up to a fixed number. */
function filledUp(
  images: Float32Array,
  shape: ImageShape,
  batch: string | number,
  count: number,
): Float32Array {
  if (typeof batch === "string" || count === batch) return images;
  const full = new Float32Array(batch * pixelsPerImage(shape));
  full.set(images);
  return full;
}

function requireFinite(values: Float32Array, length: number, name: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DataError(`feature ${at % length} of an image is ${values[at]}`, name);
}
