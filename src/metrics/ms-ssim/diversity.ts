import type { ImageShape } from "../../core/batch.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import { type Accumulator, Measured } from "../accumulator.js";
import { type FeatureBatch, FeatureSet, type Features } from "../features.js";
import { msSsim, scalesFor } from "./similarity.js";

export interface MsSsimOptions {
  /** Pairs that are compared; 1,000 by default. */
  readonly pairs?: number;
  readonly seed?: number;
}

export interface MsSsimDiversity {
  /** Mean similarity of two images of the set, in [0, 1]: the lower, the more diverse. */
  readonly value: number;
  /** Of the mean, over the choice of images and of pairs. */
  readonly standardError: number;
  readonly pairs: number;
  /** Scales that the images are large enough for: up to 5. */
  readonly scales: number;
}

/**
 * Diversity of a set: the mean multi-scale structural similarity of pairs of its images. Take it class by
 * class, as the paper does: between classes images differ anyway.
 *
 * The real images give the value to aim for. A higher one is a sign of collapse, a lower one of noise,
 * which is as diverse as can be. Values of images of different sizes have different scales.
 *
 * @param images  pixels in [0, 1] as features: [count, C · H · W]
 * @throws ConfigError when a side is shorter than 11 pixels, or pairs is not a whole number from 1
 * @throws DataError when there are fewer than two images, or their width is not that of the shape
 * @source Odena, Olah & Shlens 2017, arXiv:1610.09585, section 4.2
 */
export function msSsimDiversity(
  images: Features,
  shape: ImageShape,
  { pairs = 1000, seed = 0 }: MsSsimOptions = {},
): MsSsimDiversity {
  const scales = scalesFor(shape);
  if (!(Number.isInteger(pairs) && pairs >= 1)) {
    throw new ConfigError(`pairs must be a whole number from 1, not ${pairs}`);
  }
  const { count, width, values } = images;
  if (count < 2) throw new DataError(`diversity needs at least 2 images, not ${count}`);
  if (width !== shape.channels * shape.height * shape.width) {
    const { channels, height, width: across } = shape;
    throw new DataError(`${width} pixels are no image of ${channels}×${height}×${across}`);
  }
  const firsts = new Uint32Array(pairs);
  const steps = new Uint32Array(pairs);
  stream(seed, "metrics/ms-ssim/first").integers(firsts, count);
  stream(seed, "metrics/ms-ssim/step").integers(steps, count - 1);
  const seconds = firsts.map((first, pair) => (first + 1 + steps[pair]) % count);
  const pixels = (image: number) => values.subarray(image * width, (image + 1) * width);
  const similarities = Float64Array.from(firsts, (first, pair) =>
    msSsim(pixels(first), pixels(seconds[pair]), shape),
  );
  const mean = similarities.reduce((a, b) => a + b, 0) / pairs;
  const deviations = similarities.map((value) => value - mean);
  const standardError = Math.sqrt(dyadicVariance(deviations, firsts, seconds, count)) / pairs;
  return { value: mean, standardError, pairs, scales };
}

/**
 * Variance of the sum of what pairs of images deviate from their mean. Pairs that share an image vary
 * together, and the fewer the images, the more pairs do.
 *
 * @source Aronow, Samii & Assenova 2015, doi:10.1093/pan/mpv018
 */
function dyadicVariance(
  deviations: Float64Array,
  firsts: Uint32Array,
  seconds: Uint32Array,
  count: number,
): number {
  const ofImages = new Float64Array(count);
  let ofPairs = 0;
  deviations.forEach((deviation, pair) => {
    ofImages[firsts[pair]] += deviation;
    ofImages[seconds[pair]] += deviation;
    ofPairs += deviation ** 2;
  });
  // A pair's square is in the sums of both of its images.
  const shared = ofImages.reduce((sum, total) => sum + total ** 2, 0) - ofPairs;
  return Math.max(shared, ofPairs);
}

/** Gathers generated images, whose pixels are given as features; see {@link msSsimDiversity}. */
export function msSsimDiversityOf(
  shape: ImageShape,
  options?: MsSsimOptions,
): Accumulator<FeatureBatch, MsSsimDiversity> {
  scalesFor(shape);
  return new Measured(new FeatureSet(shape.channels * shape.height * shape.width), (images) =>
    msSsimDiversity(images, shape, options),
  );
}
