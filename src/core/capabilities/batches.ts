import { elementCount } from "../../tensor/shape.js";
import { ConfigError } from "../errors.js";
import type { Images, ImageSource, LoadedModel, WorkOptions } from "../loaded-model.js";

/** Images that fit into a batch of about a million pixels: memory stays bounded whatever is asked. */
export function batchSizeFor({ data }: LoadedModel, copies = 1): number {
  const pixels = data.channels * data.height * data.width;
  return Math.max(1, Math.min(500, Math.floor(1_000_000 / (pixels * copies))));
}

/** A run of consecutive items. */
interface Span {
  readonly first: number;
  readonly size: number;
}

/**
 * Divides `count` items into batches, reporting progress and heeding the signal between them.
 *
 * @throws the signal's reason once it is aborted
 */
export async function* spans(
  count: number,
  batchSize: number,
  { onProgress, signal }: WorkOptions,
): AsyncGenerator<Span> {
  for (let first = 0; first < count; first += batchSize) {
    signal?.throwIfAborted();
    const size = Math.min(batchSize, count - first);
    yield { first, size };
    onProgress?.(first + size, count);
  }
}

/** Reads consecutive images of a source. */
export async function readSpan(
  source: ImageSource,
  { first, size }: Span,
  pixelsPerImage: number,
): Promise<Float32Array> {
  const pixels = new Float32Array(size * pixelsPerImage);
  await source.read(
    Array.from({ length: size }, (_, offset) => first + offset),
    pixels,
  );
  return pixels;
}

export const pixelsPerImage = ({ data }: LoadedModel): number =>
  elementCount([data.channels, data.height, data.width]);

/** Gives elements the form of images of the model's shape. */
export function toImages({ data }: LoadedModel, pixelsUnit: Float32Array): Images {
  const { channels, height, width } = data;
  const count = pixelsUnit.length / (channels * height * width);
  return { count, channels, height, width, pixelsUnit };
}

/** Joins batches of results. */
export function joinArrays(parts: readonly Float32Array[]): Float32Array {
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
