import { ConfigError, DataError } from "../core/errors.js";
import type { Rows } from "../core/inner-products.js";
import type { Accumulator } from "./accumulator.js";

/** Features of consecutive images of a set. */
export interface FeatureBatch {
  /**
   * Position of the first image within its set, from 0. It decides which subsets an image falls into, so
   * that these do not depend on batches.
   */
  readonly first: number;
  /** [count, width] row-major, finite. */
  readonly values: ArrayLike<number>;
}

/** Features of a whole set of images, in the order of their positions. */
export interface Features {
  readonly count: number;
  readonly width: number;
  /** [count, width] row-major. */
  readonly values: Float64Array;
}

/**
 * Keeps the features of a set, for metrics that compare images with images. Memory grows with the set:
 * 8 bytes a feature once the result is read, 4 before where they come as float32.
 */
export class FeatureSet implements Accumulator<FeatureBatch, Features> {
  private readonly batches: FeatureBatch[] = [];

  /** @throws ConfigError when the width is not a whole number from 1 */
  constructor(readonly width: number) {
    requireWidth(width);
  }

  add(batch: FeatureBatch): void {
    countOf(batch, this.width);
    const { first, values } = batch;
    this.batches.push({
      first,
      values: values instanceof Float32Array ? values.slice() : new Float64Array(values),
    });
  }

  merge(other: FeatureSet): void {
    if (other.width !== this.width) {
      throw new ConfigError(`features of width ${other.width} and ${this.width} cannot be merged`);
    }
    this.batches.push(...other.batches);
  }

  /** @throws DataError when a position below the highest is missing or occurs twice */
  result(): Features {
    const ordered = [...this.batches].sort((a, b) => a.first - b.first);
    const length = ordered.reduce((sum, batch) => sum + batch.values.length, 0);
    const values = new Float64Array(length);
    let next = 0;
    for (const batch of ordered) {
      if (batch.first !== next) {
        const problem = batch.first > next ? "missing" : "given twice";
        throw new DataError(`features of image ${Math.min(next, batch.first)} are ${problem}`);
      }
      values.set(batch.values, next * this.width);
      next += batch.values.length / this.width;
    }
    return { count: next, width: this.width, values };
  }
}

/**
 * The number of images in a batch.
 *
 * @throws DataError when the batch is no whole number of rows, a number is not finite or the position is
 *                   not a whole number from 0
 */
export function countOf({ first, values }: FeatureBatch, width: number): number {
  const count = values.length / width;
  if (!Number.isInteger(count)) {
    throw new DataError(
      `${values.length} numbers are no whole number of rows of ${width} features`,
    );
  }
  if (!(Number.isSafeInteger(first) && first >= 0)) {
    throw new DataError(`a batch's first position must be a whole number from 0, not ${first}`);
  }
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) {
      const image = first + Math.floor(at / width);
      throw new DataError(`feature ${at % width} of image ${image} is ${values[at]}`);
    }
  }
  return count;
}

export function requireWidth(width: number): void {
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new ConfigError(`features need a width of at least 1, not ${width}`);
  }
}

/**
 * @throws DataError when two sets have features of different widths, a set has too few images, or its
 *                   numbers are not finite or not `count` rows
 */
export function requireComparable(a: Features, b: Features, atLeast: number): void {
  for (const { count, width, values } of new Set([a, b])) {
    if (countOf({ first: 0, values }, width) === count) continue;
    throw new DataError(`${values.length} numbers are not ${count} rows of ${width} features`);
  }
  if (a.width !== b.width) {
    throw new DataError(`features of width ${a.width} cannot be compared with width ${b.width}`);
  }
  const fewest = Math.min(a.count, b.count);
  if (fewest < atLeast) {
    throw new DataError(
      `this comparison needs at least ${atLeast} images of each set, not ${fewest}`,
    );
  }
}

/** The features of some images, in the order given. */
export function chosenFeatures({ width, values }: Features, images: ArrayLike<number>): Features {
  const chosen = new Float64Array(images.length * width);
  for (let at = 0; at < images.length; at++) {
    chosen.set(values.subarray(images[at] * width, (images[at] + 1) * width), at * width);
  }
  return { count: images.length, width, values: chosen };
}

export const matrixOf = ({ values, width }: Features): Rows => ({ values, n: width });

/**
 * Whether all images of a set look the same to an extractor.
 *
 * @throws DataError when the set is empty
 */
export function isUniform(features: Features): boolean {
  requireComparable(features, features, 1);
  const { values, width } = features;
  return values.every((value, at) => value === values[at % width]);
}
