import type { Executable } from "../../runtime/program.js";
import type { HostArray } from "../../tensor/dtype.js";
import { elementCount } from "../../tensor/shape.js";
import type { Host, HostBatch } from "../driven.js";
import { ConfigError, DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import { missingPixels } from "../missing-pixels.js";
import type { ModelProgram } from "../programs.js";

const MOST_ITEMS = 500;
const BATCH_BYTES = 256e6;

/** Items of a batch that a program can take at once: memory stays bounded whatever is asked. */
export function batchSizeOf(program: ModelProgram): number {
  return Math.max(1, Math.min(MOST_ITEMS, Math.floor(BATCH_BYTES / program.bytesPerItem())));
}

/** Images that fit into a batch of about a million pixels, where no one program does the work. */
export function batchSizeFor(model: LoadedModel, copies = 1): number {
  const pixels = pixelsPerImage(model) * copies;
  return Math.max(1, Math.min(MOST_ITEMS, Math.floor(1_000_000 / pixels)));
}

/** Work on many items, some at a time. */
interface BatchedWork extends WorkOptions {
  readonly count: number;
  readonly batchSize: number;
}

/**
 * Does work batch by batch.
 *
 * @param compute  the result for the items `first` … `first + size − 1`
 * @returns        the results in turn
 * @throws the signal's reason once it is aborted
 */
export async function* inBatches<R>(
  { count, batchSize, onProgress, signal }: BatchedWork,
  compute: (first: number, size: number) => Promise<R>,
): AsyncGenerator<R> {
  for (let first = 0; first < count; first += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, count - first);
    yield await compute(first, size);
    onProgress?.(Math.min(first + size, count), count);
  }
}

/** Work that is a program of one output. */
interface BatchedRun extends BatchedWork {
  /** Of the noise; an item's noise depends on its position, not on its batch. */
  readonly seed?: number;
  /** What the program is fed with for the items `first` … `first + size − 1`. */
  feeds(first: number, size: number): Feeds | Promise<Feeds>;
}

export type Feeds = Readonly<Record<string, HostArray>>;

/** Runs a program over all items, batch by batch, with `B` bound to the batch's size. */
export function runInBatches(
  { state }: LoadedModel,
  program: Executable,
  run: BatchedRun,
): AsyncGenerator<Float32Array> {
  const { seed = 0, feeds } = run;
  return inBatches(run, async (first, size) => {
    const outputs = await program.run({
      state,
      feeds: await feeds(first, size),
      dims: { B: size },
      noise: { seed, first },
    });
    return Object.values(outputs)[0] as Float32Array;
  });
}

/**
 * Drives a capability batch by batch, with progress within a batch.
 *
 * @param drive  the images `first` … `first + size − 1`
 */
export function driveInBatches(
  model: LoadedModel,
  { onProgress, ...work }: BatchedWork,
  drive: (host: Host, first: number, size: number) => Promise<Float32Array>,
): AsyncGenerator<Float32Array> {
  return inBatches(work, (first, size) => {
    const host = hostOf(model, {
      ...work,
      onProgress: (share) => onProgress?.(first + share * size, work.count),
    });
    return drive(host, first, size);
  });
}

/** What a driven capability works with. */
export function hostOf(
  model: LoadedModel,
  { signal, onProgress }: Pick<Host, "signal" | "onProgress"> = {},
): Host {
  return {
    state: model.state,
    values: () => model.values(),
    program: (name, build) => model.program(name, build),
    signal,
    ...(onProgress && { onProgress }),
  };
}

/**
 * Reads the images `first` … `first + size − 1` of a source.
 *
 * @param needsLabels  whether what is done with the images depends on their labels; where the host
 *                     drives it, nobody knows before, and a conditional model is taken to need them
 * @throws DataError when it does and the images have none, or classes that the model was not built for
 */
export async function readBatch(
  model: Described,
  source: ImageSource,
  first: number,
  size: number,
  needsLabels = model.model.conditional ?? false,
): Promise<HostBatch> {
  const pixelsUnit = new Float32Array(size * pixelsPerImage(model));
  await source.read(
    Array.from({ length: size }, (_, offset) => first + offset),
    pixelsUnit,
  );
  const labels = source.labels?.slice(first, first + size) ?? new Int32Array(size);
  if (needsLabels) requireLabels(model, source, labels);
  const weights = source.weights?.slice(first, first + size) ?? new Float32Array(size).fill(1);
  return { count: size, pixelsUnit, labels, weights };
}

function requireLabels(
  { definition, data }: Described,
  source: ImageSource,
  labels: Int32Array,
): void {
  if (source.labels === undefined) {
    throw new DataError(`this ${definition.id} reads labels, and the images have none`);
  }
  const unknown = labels.find((label) => label < 0 || label >= data.classes);
  if (unknown !== undefined) {
    throw new DataError(
      `an image is of class ${unknown}; this ${definition.id} knows the classes 0 to ${data.classes - 1}`,
    );
  }
}

/** Feeds a program with a source's images, as `pixelsUnit` of [B, C, H, W] and `labels` of [B]. */
export function imageFeeds(
  model: LoadedModel,
  program: ModelProgram,
  source: ImageSource,
): BatchedRun["feeds"] {
  return async (first, size) => {
    const { pixelsUnit, labels } = await readBatch(
      model,
      source,
      first,
      size,
      readsLabels(program),
    );
    const lacking = imageLackingPixels(model, pixelsUnit);
    if (lacking !== undefined)
      throw missingPixels(source, first + lacking, "show", wholeOnly(model));
    return { pixelsUnit, labels };
  };
}

/** Whether a program depends on labels: not all that a conditional model is asked does. */
export const readsLabels = ({ inputs }: ModelProgram): boolean => inputs.has("labels");

/** A model before it has weights. */
type Described = Pick<LoadedModel, "definition" | "data" | "model">;

/** The first image of a batch that has missing pixels (NaN), if any has. */
export function imageLackingPixels(model: Described, pixelsUnit: Float32Array): number | undefined {
  const index = pixelsUnit.findIndex(Number.isNaN);
  return index < 0 ? undefined : Math.floor(index / pixelsPerImage(model));
}

/** Why a model refuses images with missing pixels. */
export const wholeOnly = ({ definition }: Pick<LoadedModel, "definition">): string =>
  `${definition.id} takes only whole images here`;

export const pixelsPerImage = ({ data }: Pick<LoadedModel, "data">): number =>
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
