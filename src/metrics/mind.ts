import { ConfigError } from "../core/errors.js";
import { TILE } from "../core/inner-products.js";
import { stream } from "../runtime/random.js";
import { type Accumulator, Measured } from "./accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "./features.js";
import { eachProductBetween } from "./pairs.js";

export interface MindOptions {
  /** 1,024 by default. */
  readonly directions?: number;
  readonly seed?: number;
}

export interface Mind {
  /** Width times the mean over directions. From 0, in squared units of the features. */
  readonly value: number;
  /** Of the mean over directions, as these are drawn; it says nothing about the choice of images. */
  readonly standardError: number;
  readonly directions: number;
}

/**
 * Sliced Wasserstein distance of features: the squared 2-Wasserstein distance of their projections on a
 * direction, averaged over directions drawn evenly from the sphere. With the features of Inception-v3 it
 * is the Monge Inception Distance.
 *
 * It estimates no covariance, so it needs fewer images than the Fréchet distance, and it sees more than
 * two moments. It is biased upwards by about 1 / count: compare equal counts only, with two halves of the
 * real set as the floor. The factor `width` makes the value ‖μ₁ − μ₂‖² where the sets differ by a shift,
 * so that it can be read beside a Fréchet distance; published values may be scaled otherwise.
 *
 * @throws ConfigError when the number of directions is not a whole number from 2
 * @throws DataError when the widths differ or a set is empty
 * @source Berthet et al. 2026, "MIND: Monge Inception Distance for Generative Models Evaluation",
 *         arXiv:2605.06797; Bonneel et al. 2015, doi:10.1007/s10851-014-0506-3
 */
export function mind(
  real: Features,
  fake: Features,
  { directions = 1024, seed = 0 }: MindOptions = {},
): Mind {
  if (!(Number.isInteger(directions) && directions >= 2)) {
    throw new ConfigError(`directions must be a whole number from 2, not ${directions}`);
  }
  requireComparable(real, fake, 1);
  const values = new Float64Array(directions);
  for (let first = 0; first < directions; first += TILE) {
    const axes = directionsOf(real.width, first, Math.min(TILE, directions - first), seed);
    const [ofReal, ofFake] = [real, fake].map((set) => projections(axes, set));
    for (let at = 0; at < axes.count; at++) {
      values[first + at] = real.width * squaredWasserstein(ofReal[at].sort(), ofFake[at].sort());
    }
  }
  const mean = values.reduce((a, b) => a + b, 0) / directions;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    value: mean,
    standardError: Math.sqrt(squares / (directions - 1) / directions),
    directions,
  };
}

/** Gathers generated images against the features of the real ones; see {@link mind}. */
export const mindTo = (real: Features, options?: MindOptions): Accumulator<FeatureBatch, Mind> =>
  new Measured(new FeatureSet(real.width), (fake) => mind(real, fake, options));

/**
 * Squared 2-Wasserstein distance of two samples on a line: the integral of the squared difference of
 * their quantile functions.
 *
 * @param x  sorted; of any length, as is y
 */
export function squaredWasserstein(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  // Mass in units of 1 / (x.length · y.length), so that it is counted in whole numbers.
  let done = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    const endOfX = (i + 1) * y.length;
    const endOfY = (j + 1) * x.length;
    const end = Math.min(endOfX, endOfY);
    sum += (end - done) * (x[i] - y[j]) ** 2;
    done = end;
    if (endOfX === end) i++;
    if (endOfY === end) j++;
  }
  return sum / (x.length * y.length);
}

/** Unit vectors, drawn evenly from the sphere: direction `at` is the same whatever the others are. */
function directionsOf(width: number, first: number, count: number, seed: number): Features {
  const values = new Float64Array(count * width);
  for (let at = 0; at < count; at++) {
    const direction = values.subarray(at * width, (at + 1) * width);
    stream(seed, "metrics/mind", first + at).normal(direction);
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    direction.set(direction.map((value) => value / length));
  }
  return { count, width, values };
}

/** For each direction, the inner products of all images with it. */
function projections(axes: Features, set: Features): Float64Array[] {
  const products = Array.from({ length: axes.count }, () => new Float64Array(set.count));
  eachProductBetween(axes, set, (product, axis, image) => {
    products[axis][image] = product;
  });
  return products;
}
