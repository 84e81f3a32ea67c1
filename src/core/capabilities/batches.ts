import type { Executable } from "../../runtime/program.js";
import { elementCount } from "../../tensor/shape.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import { ConfigError } from "../errors.js";
import type { ImageSource, Images, LoadedModel, WorkOptions } from "../loaded-model.js";

/** Images that fit into a batch of about a million pixels: memory stays bounded whatever is asked. */
export function batchSizeFor({ data }: LoadedModel, copies = 1): number {
  const pixels = data.channels * data.height * data.width;
  return Math.max(1, Math.min(500, Math.floor(1_000_000 / (pixels * copies))));
}

/** Work on many items, of which the program takes some at a time. */
interface BatchedRun extends WorkOptions {
  readonly count: number;
  readonly batchSize: number;
  /** Of the noise; an item's noise depends on its position, not on its batch. */
  readonly seed?: number;
  /** What the program is fed with for the items `first` … `first + size − 1`. */
  feeds(first: number, size: number): Feeds | Promise<Feeds>;
}

type Feeds = Readonly<Record<string, Float32Array>>;

/**
 * Runs a program of one output over all items, batch by batch, with `B` bound to the batch's size.
 *
 * @returns the output of each batch in turn
 * @throws the signal's reason once it is aborted
 */
export async function* runInBatches(
  { state }: LoadedModel,
  program: Executable,
  { count, batchSize, seed = 0, feeds, onProgress, signal }: BatchedRun,
): AsyncGenerator<Float32Array> {
  for (let first = 0; first < count; first += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, count - first);
    const outputs = await program.run({
      state,
      feeds: await feeds(first, size),
      dims: { B: size },
      noise: { seed, first },
    });
    yield Object.values(outputs)[0] as Float32Array;
    onProgress?.(Math.min(first + size, count), count);
  }
}

/** Feeds a program with a source's images, as `pixelsUnit` of [B, C, H, W]. */
export function imageFeeds(model: LoadedModel, source: ImageSource): BatchedRun["feeds"] {
  return async (first, size) => {
    const pixelsUnit = new Float32Array(size * pixelsPerImage(model));
    await source.read(
      Array.from({ length: size }, (_, offset) => first + offset),
      pixelsUnit,
    );
    return { pixelsUnit };
  };
}

/** The input that {@link imageFeeds} feeds. */
export function imageInput({ data }: LoadedModel): Tensor {
  return input("pixelsUnit", ["B", data.channels, data.height, data.width]);
}

export const pixelsPerImage = ({ data }: LoadedModel): number =>
  elementCount([data.channels, data.height, data.width]);

/** Gives elements the form of images of the model's shape. */
export function toImages({ data }: LoadedModel, pixelsUnit: Float32Array): Images {
  const { channels, height, width } = data;
  const count = pixelsUnit.length / (channels * height * width);
  return { count, channels, height, width, pixelsUnit };
}

/** Joins the results of batches. */
export async function joinBatches(batches: AsyncIterable<Float32Array>): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const part of batches) parts.push(part);
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** @throws ConfigError when a count is not a whole number of at least `least` */
export function requireCount(name: string, count: number, least = 1): void {
  if (!Number.isSafeInteger(count) || count < least) {
    throw new ConfigError(`${name} must be a whole number ≥ ${least}, not ${count}`);
  }
}
