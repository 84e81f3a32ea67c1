import type { Scope } from "../../nn/scope.js";
import type { Executable } from "../../runtime/program.js";
import type { HostArray } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { alignedReader } from "../align-annotations.js";
import { type AnnotationName, type AnnotationTensors, annotationNames } from "../annotations.js";
import { pixelsPerImage, shapeText } from "../batch.js";
import type { Host, HostBatch } from "../driven.js";
import { ConfigError, DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import { missingPixels, requireWhole } from "../missing-pixels.js";
import type { ModelProgram } from "../programs.js";
import { batchInputs } from "../state.js";

const MOST_ITEMS = 500;
const BATCH_BYTES = 256e6;

/** The largest batch that keeps a program's memory within bounds. */
export function batchSizeOf(program: ModelProgram): number {
  return Math.max(1, Math.min(MOST_ITEMS, Math.floor(BATCH_BYTES / program.bytesPerItem())));
}

/**
 * Images per batch of about a million pixels, for work that is not one program.
 *
 * @param bytesPerImage  that the work keeps besides
 */
export function batchSizeFor(model: LoadedModel, copies = 1, bytesPerImage = 0): number {
  const byPixels = Math.floor(1_000_000 / (pixelsPerImage(model.data) * copies));
  const byBytes = bytesPerImage === 0 ? MOST_ITEMS : Math.floor(BATCH_BYTES / bytesPerImage);
  return Math.max(1, Math.min(MOST_ITEMS, byPixels, byBytes));
}

/** Options with a batch size: their own, or else what is usual for the work. */
export const withBatchSize = <O extends WorkOptions>(options: O, usual: number) => ({
  ...options,
  batchSize: options.batchSize ?? usual,
});

/** Work on many items, done in batches. */
interface BatchedWork extends WorkOptions, Pick<Host, "onPartial"> {
  readonly count: number;
  readonly batchSize: number;
}

/**
 * Computes batch by batch.
 *
 * @param compute  the result for the items `first` … `first + size − 1`
 * @returns        the results in order
 * @throws the signal's reason once it is aborted
 * @throws ConfigError when the batch size is not a whole number from 1
 */
export async function* inBatches<R>(
  { count, batchSize, onProgress, signal }: BatchedWork,
  compute: (first: number, size: number) => Promise<R>,
): AsyncGenerator<R> {
  requireCount("the batch size", batchSize);
  for (let first = 0; first < count; first += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, count - first);
    yield await compute(first, size);
    onProgress?.(Math.min(first + size, count), count);
  }
}

/** Batched runs of a program with one output. */
interface BatchedRun extends BatchedWork {
  /** Seed of the noise. An item's noise depends on its position, not on its batch. */
  readonly seed?: number;
  /** Inputs of the program for the items `first` … `first + size − 1`. */
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
 * @param drive  computes the images `first` … `first + size − 1`
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

/** The host that a driven capability works with. */
export function hostOf(
  model: LoadedModel,
  { signal, onProgress, onPartial }: Pick<Host, "signal" | "onProgress" | "onPartial"> = {},
): Host {
  return {
    state: model.state,
    values: () => model.values(),
    program: (name, build) => model.program(name, build),
    allocate: (groups) => model.allocate(groups),
    updating: (name, build) => model.updating(name, build),
    signal,
    ...(onProgress && { onProgress }),
    ...(onPartial && { onPartial }),
  };
}

/** Reads some images of a source with the annotations that the model reads. */
export type ImageReader = (indices: ArrayLike<number>) => Promise<HostBatch>;

/**
 * Makes a reader of images for a model. It matches annotations by name with those that the model
 * knows, before it reads an image.
 *
 * @param needs  annotations that the work depends on; by default those that the model is
 *               conditioned on
 * @throws DataError when images are of another shape than the model's, lack an annotation or carry one
 *   that the model does not know
 */
export function imageReader(
  model: Described,
  source: ImageSource,
  needs: readonly AnnotationName[] = model.model.conditionedOn ?? [],
): ImageReader {
  const { definition, data } = model;
  const { annotations: carried = {}, weights } = source;
  requireShape(model, source);
  const annotationsOf = alignedReader(carried, data.annotations, needs, definition.id);
  const size = pixelsPerImage(data);
  return async (indices) => {
    const pixelsUnit = new Float32Array(indices.length * size);
    await source.read(indices, pixelsUnit);
    return {
      count: indices.length,
      pixelsUnit,
      annotations: annotationsOf(indices),
      weights: Float32Array.from(indices, (index) => weights?.[index] ?? 1),
    };
  };
}

function requireShape({ definition, data }: Described, source: ImageSource): void {
  const expected = shapeText(data);
  const given = shapeText({ ...data, ...source });
  if (given === expected) return;
  throw new DataError(
    `${definition.id} takes images of ${expected} (channels × height × width), not ${given}`,
    source.source,
  );
}

/** The numbers `first` … `first + size − 1`. */
export const consecutive = (first: number, size: number): number[] =>
  Array.from({ length: size }, (_, offset) => first + offset);

/**
 * Feeds a program a source's images: `pixelsUnit` [B, C, H, W] and the annotations that it reads.
 */
function imageFeeds(
  model: LoadedModel,
  program: ModelProgram,
  source: ImageSource,
): BatchedRun["feeds"] {
  const read = imageReader(model, source, annotationsRead(program));
  return async (first, size) => {
    const { pixelsUnit, annotations } = await read(consecutive(first, size));
    requirePixels(model, source, first, pixelsUnit);
    return { pixelsUnit, ...annotations };
  };
}

/** The output of a program for the images of a batch. */
export interface BatchResult {
  readonly count: number;
  /** Row-major, one item per image. */
  readonly values: Float32Array;
}

/**
 * Runs a program with one output on images without missing pixels, batch by batch in the source's
 * order.
 *
 * @param name   key of the compiled program
 * @param trace  [B, C, H, W] in [0, 1] → the result, one item per image
 * @throws DataError when an image lacks pixels
 * @throws ConfigError when there are no images
 */
export async function* overImages(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions & { readonly seed?: number },
  name: string,
  trace: (scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors) => Tensor,
): AsyncGenerator<BatchResult> {
  requireCount("the number of images", source.count);
  requireWhole(source, "show", wholeOnly(model));
  const program = await model.program(name, (scope) => {
    const { pixelsUnit, annotations } = batchInputs(model.data);
    return { result: trace(scope, pixelsUnit, annotations) };
  });
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count: source.count,
    feeds: imageFeeds(model, program, source),
  };
  let first = 0;
  for await (const values of runInBatches(model, program, run)) {
    const count = Math.min(run.batchSize, source.count - first);
    first += count;
    yield { count, values };
  }
}

/**
 * Drives a capability over images without missing pixels, batch by batch in the source's order.
 *
 * @throws DataError when an image lacks pixels or an annotation that the model reads
 * @throws ConfigError when there are no images
 */
export async function* driveOverImages(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions,
  capability: { drive(host: Host, batch: HostBatch, first: number): Promise<Float32Array> },
): AsyncGenerator<BatchResult> {
  requireCount("the number of images", source.count);
  requireWhole(source, "show", wholeOnly(model));
  const read = imageReader(model, source);
  const work = {
    ...withBatchSize(options, batchSizeFor(model)),
    count: source.count,
  };
  const results = driveInBatches(model, work, async (host, first, size) => {
    const batch = await read(consecutive(first, size));
    requirePixels(model, source, first, batch.pixelsUnit);
    return capability.drive(host, batch, first);
  });
  let first = 0;
  for await (const values of results) {
    const count = Math.min(work.batchSize, source.count - first);
    first += count;
    yield { count, values };
  }
}

/** @throws MissingPixelsError when an image of the batch that begins at `first` lacks pixels */
function requirePixels(
  model: Described,
  source: ImageSource,
  first: number,
  pixelsUnit: Float32Array,
): void {
  const lacking = imageLackingPixels(model, pixelsUnit);
  if (lacking !== undefined) {
    throw missingPixels(source, first + lacking, "show", wholeOnly(model));
  }
}

/** The values of each batch alone. */
export async function* valuesOf(batches: AsyncIterable<BatchResult>): AsyncGenerator<Float32Array> {
  for await (const { values } of batches) yield values;
}

/** Annotations that a program reads; even a conditional model has programs that read none. */
export const annotationsRead = ({ inputs }: ModelProgram): AnnotationName[] =>
  annotationNames.filter((name) => inputs.has(name));

/** A model before it has weights. */
type Described = Pick<LoadedModel, "definition" | "data" | "model">;

/** The first image of a batch with missing pixels (NaN), if any. */
export function imageLackingPixels(model: Described, pixelsUnit: Float32Array): number | undefined {
  const index = pixelsUnit.findIndex(Number.isNaN);
  return index < 0 ? undefined : Math.floor(index / pixelsPerImage(model.data));
}

/** Why a model refuses images with missing pixels. */
export const wholeOnly = ({ definition }: Pick<LoadedModel, "definition">): string =>
  `${definition.id} takes only images without missing pixels here`;

/** Wraps pixels as images of the model's shape. */
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
