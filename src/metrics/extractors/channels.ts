import { type ImageShape, pixelsPerImage } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";
import type { ImageSource } from "../../core/images.js";
import type { Extractor, ExtractorClasses } from "./extractor.js";

/**
 * Applies an extractor of grey images to each channel of images of several, whose features follow each
 * other. Where it classifies, a class is one for each channel, such as the three digits of a number.
 *
 * @throws ConfigError when it does not take grey images
 */
export function channelsExtractor(grey: Extractor, channels: number): Extractor {
  if (grey.shape.channels !== 1) {
    throw new ConfigError(
      `${grey.name} takes images of ${grey.shape.channels} channels; only an extractor of grey images can judge each channel`,
    );
  }
  const shape = { ...grey.shape, channels };
  const { classifier } = grey;
  const each = (source: ImageSource) =>
    Array.from({ length: channels }, (_, channel) => channelOf(source, shape, channel));
  return {
    ...grey,
    name: `channels:${grey.name}`,
    description: `${grey.description}, of each of ${channels} channels`,
    shape,
    length: channels * grey.length,
    async *features(source, options) {
      const { onProgress: _, ...quiet } = options ?? {};
      const [first, ...others] = each(source).map((channel, at) =>
        grey.features(channel, at === 0 ? options : quiet),
      );
      for await (const { first: from, values } of first) {
        const parts = [values];
        for (const other of others) parts.push((await other.next()).value.values);
        yield { first: from, values: sideBySide(parts, grey.length) };
      }
    },
    ...(classifier && { classifier: jointClasses(classifier, each) }),
  };
}

function jointClasses(
  { names, probabilities }: ExtractorClasses,
  each: (source: ImageSource) => readonly ImageSource[],
): ExtractorClasses {
  const joint = (channels: number): string[] =>
    channels === 0
      ? [""]
      : joint(channels - 1).flatMap((before) => names.map((name) => `${before}${name}`));
  const count = each({ count: 0, read: () => undefined }).length;
  return {
    names: joint(count),
    async probabilities(source, options) {
      const parts: Float32Array[] = [];
      for (const channel of each(source)) parts.push(await probabilities(channel, options));
      return parts.reduce((before, next) => outer(before, next, source.count));
    },
  };
}

/** Products of the probabilities of each image's classes, the last channel fastest. */
function outer(before: Float32Array, next: Float32Array, images: number): Float32Array {
  const [rows, columns] = [before.length / images, next.length / images];
  const products = new Float32Array(images * rows * columns);
  for (let at = 0; at < products.length; at++) {
    const image = Math.floor(at / (rows * columns));
    const row = Math.floor(at / columns) - image * rows;
    products[at] = before[image * rows + row] * next[image * columns + (at % columns)];
  }
  return products;
}

/** Rows of equal length, one part after the other in each. */
function sideBySide(parts: readonly ArrayLike<number>[], length: number): Float32Array {
  const joined = new Float32Array(parts.length * parts[0].length);
  for (const [at, part] of parts.entries()) {
    for (let row = 0; row < part.length / length; row++) {
      const to = (row * parts.length + at) * length;
      for (let column = 0; column < length; column++) {
        joined[to + column] = part[row * length + column];
      }
    }
  }
  return joined;
}

/** One channel of each image, as grey images. */
function channelOf(source: ImageSource, shape: ImageShape, channel: number): ImageSource {
  const size = pixelsPerImage({ ...shape, channels: 1 });
  return {
    count: source.count,
    async read(indices, out) {
      const whole = new Float32Array(indices.length * pixelsPerImage(shape));
      await source.read(indices, whole);
      for (let image = 0; image < indices.length; image++) {
        const from = (image * shape.channels + channel) * size;
        out.set(whole.subarray(from, from + size), image * size);
      }
    },
  };
}
