import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { type Accumulator, Measured } from "./accumulator.js";
import {
  chosenFeatures,
  type FeatureBatch,
  FeatureSet,
  type Features,
  requireComparable,
} from "./features.js";
import { eachProductBetween, eachProductWithin } from "./pairs.js";

export interface KernelDistanceOptions {
  /** 100 by default. */
  readonly subsets?: number;
  /** Images of each set in a subset; 1,000 by default, or as many as the smaller set has. */
  readonly subsetSize?: number;
  readonly seed?: number;
}

export interface KernelDistance {
  /** Mean over the subsets. About 0 for equal distributions, where it may be negative. */
  readonly value: number;
  /**
   * Of the mean: the standard deviation over the subsets by the root of their number. Too small where
   * subsets overlap much, that is where subsets · subsetSize is far above the number of images.
   */
  readonly standardError: number;
  readonly subsets: number;
  readonly subsetSize: number;
  /** [subsets] */
  readonly perSubset: Float64Array;
}

/**
 * Kernel distance: squared maximum mean discrepancy with the kernel (x·y / width + 1)³. With the features
 * of Inception-v3 it is the KID.
 *
 * The estimate has no bias, so sets of different sizes can be compared and two halves of the real set
 * have 0 in expectation. Its units are those of features to the sixth power: only values from one
 * extractor can be compared.
 *
 * @throws ConfigError when a number is out of range
 * @throws DataError when the widths differ or a set has fewer than two images
 * @source Bińkowski et al. 2018, arXiv:1801.01401, section 4
 */
export function kernelDistance(
  real: Features,
  fake: Features,
  options: KernelDistanceOptions = {},
): KernelDistance {
  requireComparable(real, fake, 2);
  const fewest = Math.min(real.count, fake.count);
  const { subsets = 100, subsetSize = Math.min(1000, fewest), seed = 0 } = options;
  if (!(Number.isInteger(subsets) && subsets >= 1)) {
    throw new ConfigError(`subsets must be a whole number from 1, not ${subsets}`);
  }
  if (!(Number.isInteger(subsetSize) && subsetSize >= 2 && subsetSize <= fewest)) {
    throw new ConfigError(`a subset must have 2 to ${fewest} images, not ${subsetSize}`);
  }
  const values = Float64Array.from({ length: subsets }, (_, subset) => {
    const [ofReal, ofFake] = [real, fake].map((set, which) => {
      const order = stream(seed, `metrics/kernel-distance/${which}`, subset).permutation(set.count);
      return chosenFeatures(set, order.subarray(0, subsetSize));
    });
    return polynomialMmd(ofReal, ofFake);
  });
  const mean = values.reduce((a, b) => a + b, 0) / subsets;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    value: mean,
    standardError: Math.sqrt(squares / Math.max(1, subsets - 1) / subsets),
    subsets,
    subsetSize,
    perSubset: values,
  };
}

/** Gathers generated images against the features of the real ones; see {@link kernelDistance}. */
export const kernelDistanceTo = (
  real: Features,
  options?: KernelDistanceOptions,
): Accumulator<FeatureBatch, KernelDistance> =>
  new Measured(new FeatureSet(real.width), (fake) => kernelDistance(real, fake, options));

/**
 * The unbiased estimate of the squared maximum mean discrepancy with the kernel (x·y / width + 1)³.
 *
 * @source Gretton et al. 2012, "A kernel two-sample test", equation 3
 */
export function polynomialMmd(x: Features, y: Features): number {
  const sum = (visitAll: (visit: (product: number) => void) => void) => {
    let total = 0;
    visitAll((product) => {
      const base = product / x.width + 1;
      total += base * base * base;
    });
    return total;
  };
  const within = [x, y].map(
    (set) => (2 * sum((visit) => eachProductWithin(set, visit))) / (set.count * (set.count - 1)),
  );
  const between = sum((visit) => eachProductBetween(x, y, visit)) / (x.count * y.count);
  return within[0] + within[1] - 2 * between;
}
