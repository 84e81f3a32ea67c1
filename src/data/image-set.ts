import {
  type Annotations,
  annotationWidth,
  chooseAnnotations,
  presentAnnotations,
} from "../core/annotations.js";
import { type ImageShape, pixelsPerImage, shapeText } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import type { Images } from "../core/images.js";
import { levelCount } from "../core/traits-schema.js";
import { describe } from "../runtime/bindings.js";

/**
 * Images of one size, numbered 0 … count − 1, in memory or on disk. Reading is deterministic: an
 * index gives the same pixels every time.
 */
export interface ImageSet extends ImageShape {
  /** Short name of the data: `mnist`, or the last part of a path. */
  readonly name: string;
  /** The name or absolute path with which `loadDataset` loads it again. */
  readonly source: string;
  /** `train`, `test`, or `all` where the source has no splits. */
  readonly split: string;
  readonly count: number;
  /**
   * Number of equally spaced values a pixel can take: 256 for bytes, 2 for binary; absent for
   * floats.
   */
  readonly levels?: number;
  /** Annotations of each image. */
  readonly annotations?: Annotations;
  /** True for a union, in which the class of an image is its original data set. */
  readonly isUnion?: boolean;
  /** [count] weights ≥ 0 of the images when a model is fitted by passes; 1 where absent. */
  readonly weights?: Float32Array;
  /** [count] group number of each image; splits never separate the images of a group. */
  readonly groups?: Uint32Array;
  /**
   * [count] number of missing values per image, which read as NaN; absent where none are missing.
   */
  readonly missing?: Uint32Array;
  /** [count] origin of each image, such as a file's path. */
  readonly ids?: readonly string[];
  /**
   * For a part of a set: its original split and indices. Noise is keyed by them, so a part draws
   * the same noise as the whole.
   */
  readonly origin?: { readonly split: string; readonly indices: Uint32Array };
  /**
   * Writes the pixels of the images `indices`, in that order.
   *
   * @param indices  [B] whole numbers below `count`
   * @param out      [B, C, H, W] pixelsUnit, in [0, 1], or NaN where a pixel is missing
   * @throws DataError when an index or the length of `out` does not fit, or a file cannot be decoded
   */
  read(indices: ArrayLike<number>, out: Float32Array): void | Promise<void>;
}

/** Everything about a set except its pixels. */
export type SetInfo = Omit<ImageSet, "read" | "count" | "missing">;

const PIXEL_ARRAYS = [Uint8Array, Uint8ClampedArray, Float32Array];

/**
 * A set whose pixels are in memory.
 *
 * @param pixels  [N, C, H, W]: bytes 0 … levels − 1 (255 where `levels` is absent), or floats in
 *                [0, 1], where NaN is a missing pixel
 * @throws DataError when the pixels are neither bytes nor float32, when their number is not a multiple
 *   of C × H × W, when annotations do not cover every image or have values without a meaning, or when
 *   a byte is not below `levels`
 */
export function arraySet(
  given: SetInfo,
  pixels: Uint8Array | Uint8ClampedArray | Float32Array,
): ImageSet {
  // Missing values of another set do not apply to these pixels.
  const { missing: _, ...info } = given as Partial<ImageSet> & SetInfo;
  const size = pixelsPerImage(info);
  if (!PIXEL_ARRAYS.some((Elements) => pixels instanceof Elements)) {
    throw new DataError(
      `pixels must be a Uint8Array or a Float32Array, not a ${describe(pixels)}`,
      info.source,
    );
  }
  const count = pixels.length / size;
  if (!Number.isInteger(count) || count === 0) {
    throw new DataError(
      `${pixels.length} pixels do not make whole images of ${formatImageShape(info)}`,
      info.source,
    );
  }
  checkAnnotations(info, count);
  if (pixels instanceof Float32Array) {
    return withReader({ ...info, count, ...missingIn(pixels, size) }, (index, out) => {
      out.set(pixels.subarray(index * size, (index + 1) * size));
    });
  }
  const levels = info.levels ?? 256;
  if (!levelCount.safeParse(levels).success) {
    throw new DataError(`levels must be a whole number from 2, not ${levels}`, info.source);
  }
  const tooLarge = levels === 256 ? -1 : pixels.findIndex((value) => value >= levels);
  if (tooLarge >= 0) {
    throw new DataError(
      `pixel ${tooLarge} is ${pixels[tooLarge]}; it must be below ${levels}`,
      info.source,
    );
  }
  const unit = Float32Array.from({ length: levels }, (_, value) => value / (levels - 1));
  return withReader({ ...info, levels, count }, (index, out) => {
    const start = index * size;
    for (let i = 0; i < size; i++) out[i] = unit[pixels[start + i]];
  });
}

/** The number of NaN values per image, where there are any. */
function missingIn(pixels: Float32Array, size: number): Pick<ImageSet, "missing"> {
  const first = pixels.findIndex(Number.isNaN);
  if (first < 0) return {};
  const missing = new Uint32Array(pixels.length / size);
  for (let at = first; at < pixels.length; at++)
    if (Number.isNaN(pixels[at])) missing[Math.floor(at / size)]++;
  return { missing };
}

/** Makes a set from a synchronous reader of one image, which gets a buffer of exactly its size. */
export function withReader(
  info: Omit<ImageSet, "read">,
  readOne: (index: number, out: Float32Array) => void,
): ImageSet {
  const size = pixelsPerImage(info);
  return {
    ...info,
    read(indices, out) {
      checkRead(info, indices, out);
      for (let b = 0; b < indices.length; b++)
        readOne(indices[b], out.subarray(b * size, (b + 1) * size));
    },
  };
}

/** @throws DataError when an index is outside the set or `out` does not have the exact length */
export function checkRead(
  set: ImageShape & { readonly count: number; readonly source: string },
  indices: ArrayLike<number>,
  out: Float32Array,
): void {
  if (out.length !== indices.length * pixelsPerImage(set)) {
    throw new DataError(
      `${indices.length} images of ${formatImageShape(set)} do not fit ${out.length} values exactly`,
      set.source,
    );
  }
  for (let b = 0; b < indices.length; b++) {
    const index = indices[b];
    if (!(Number.isInteger(index) && index >= 0 && index < set.count)) {
      throw new DataError(`there is no image ${index}; the set has ${set.count}`, set.source);
    }
  }
}

/**
 * @throws DataError when annotations do not cover `count` images, a class has no name, a word is not in
 *   the vocabulary, or an attribute is not in [0, 1]
 */
export function checkAnnotations(
  { annotations = {}, ids, weights, groups, source }: SetInfo,
  count: number,
): void {
  for (const name of presentAnnotations(annotations)) {
    const width = annotationWidth(annotations, name);
    const { length } = annotations[name]?.values ?? [];
    if (length !== count * width) {
      throw new DataError(
        `${length} values of ${name} for ${count} images; ${width} per image are needed`,
        source,
      );
    }
  }
  const { class: classes, caption, attributes } = annotations;
  const unnamed = classes?.values.find((value) => !isIndexOf(classes.names, value));
  if (unnamed !== undefined) {
    throw new DataError(
      `an image has the class ${unnamed}, but only the classes 0 to ${(classes?.names.length ?? 0) - 1}`,
      source,
    );
  }
  const unknown = caption?.values.find((value) => !isIndexOf(caption.vocabulary, value));
  if (unknown !== undefined) {
    throw new DataError(
      `a caption has the word ${unknown}, but only the words 0 to ${(caption?.vocabulary.length ?? 0) - 1}`,
      source,
    );
  }
  const outside = attributes?.values.find((value) => !(value >= 0 && value <= 1));
  if (outside !== undefined) {
    throw new DataError(`an attribute is ${outside}; it must be in [0, 1]`, source);
  }
  for (const [what, each] of Object.entries({ ids, weights, groups })) {
    if (each !== undefined && each.length !== count) {
      throw new DataError(
        `${each.length} ${what} for ${count} images; one per image is needed`,
        source,
      );
    }
  }
  const weightless =
    weights?.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) ?? -1;
  if (weightless >= 0) {
    throw new DataError(
      `the weight of image ${weightless} is ${weights?.[weightless]}; weights must be numbers ≥ 0`,
      source,
    );
  }
}

const isIndexOf = (list: readonly unknown[], value: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < list.length;

/** A view of a set that changes pixels in place after each read. */
export function mapPixels(
  set: ImageSet,
  change: Partial<SetInfo>,
  apply: (indices: ArrayLike<number>, pixelsUnit: Float32Array) => void,
): ImageSet {
  return {
    ...set,
    ...change,
    read(indices, out) {
      const reading = set.read(indices, out);
      if (reading !== undefined) return reading.then(() => apply(indices, out));
      apply(indices, out);
    },
  };
}

/**
 * A view of a set in which images have another shape or other values.
 *
 * @param info     everything about the view except its pixels
 * @param convert  writes the pixels of all images that are read at once, given those of the set
 */
export function withReading(
  info: Omit<ImageSet, "read">,
  set: ImageSet,
  convert: (pixels: Float32Array, out: Float32Array) => void,
): ImageSet {
  return {
    ...info,
    read(indices, out) {
      checkRead(info, indices, out);
      const pixels = new Float32Array(indices.length * pixelsPerImage(set));
      const reading = set.read(indices, pixels);
      if (reading !== undefined) return reading.then(() => convert(pixels, out));
      convert(pixels, out);
    },
  };
}

/**
 * The images `indices` of a set, in that order.
 *
 * @param indices  whole numbers below `set.count`
 * @throws DataError when there are none or one is outside the set
 */
export function subset(set: ImageSet, indices: ArrayLike<number>, split = set.split): ImageSet {
  const chosen = Uint32Array.from(indices);
  if (chosen.length === 0) throw new DataError("no images are left", set.source);
  const outside = chosen.findIndex((index, i) => index >= set.count || index !== indices[i]);
  if (outside >= 0) {
    throw new DataError(
      `there is no image ${indices[outside]}; the set has ${set.count}`,
      set.source,
    );
  }
  const { missing, ...whole } = set;
  const lacking = missing && chosen.map((index) => missing[index]);
  const info = {
    ...whole,
    split,
    count: chosen.length,
    ...(lacking?.some((count) => count > 0) && { missing: lacking }),
  };
  return {
    ...info,
    origin: {
      split: set.origin?.split ?? set.split,
      indices: chosen.map((index) => set.origin?.indices[index] ?? index),
    },
    ...(set.annotations && { annotations: chooseAnnotations(set.annotations, chosen) }),
    ...(set.weights && { weights: Float32Array.from(chosen, (index) => set.weights![index]) }),
    ...(set.groups && { groups: Uint32Array.from(chosen, (index) => set.groups![index]) }),
    ...(set.ids && { ids: Array.from(chosen, (index) => set.ids![index]) }),
    read(indices, out) {
      checkRead(info, indices, out);
      return set.read(
        Array.from(indices, (index) => chosen[index]),
        out,
      );
    },
  };
}

/**
 * Reads images of a set into memory, in the form that capabilities take.
 *
 * @param indices  all images where absent
 */
export async function readImages(set: ImageSet, indices?: ArrayLike<number>): Promise<Images> {
  const chosen = indices ?? Uint32Array.from({ length: set.count }, (_, i) => i);
  const pixelsUnit = new Float32Array(chosen.length * pixelsPerImage(set));
  await set.read(chosen, pixelsUnit);
  const { channels, height, width } = set;
  return { channels, height, width, count: chosen.length, pixelsUnit };
}

/** Formats a shape: `1×28×28 (channels × height × width)`. */
export const formatImageShape = (shape: ImageShape): string =>
  `${shapeText(shape)} (channels × height × width)`;
