import { type Accumulator, Measured } from "../accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "../features.js";
import { nearestNeighbours, squaredRadii } from "../nearest.js";

/**
 * AuthPct: the percentage of generated images that are farther from their nearest training image than
 * that one is from its own nearest training image.
 *
 * In [0, 100]: 0 when every image copies one of training. Real images that were held out have about 50,
 * not 100, and a model whose images are far from all data has 100, so high is no praise.
 *
 * @throws DataError when the widths differ, there are fewer than two training images or none generated
 * @source Alaa et al. 2022, arXiv:2102.08921, section 3.3, as simplified in Stein et al. 2023,
 *         arXiv:2306.04675, section 5
 */
export function authenticity(training: Features, generated: Features): number {
  return percentage(authenticOf(training, generated, radiiOf(training)));
}

/**
 * [count] 1 where a generated image is farther from its nearest training image than that one is from its
 * own, else 0.
 *
 * @throws DataError as {@link authenticity} does
 */
export const authenticImages = (training: Features, generated: Features): Uint8Array =>
  authenticOf(training, generated, radiiOf(training));

/** Gathers generated images against the features of the training images; see {@link authenticity}. */
export function authenticityTo(training: Features): Accumulator<FeatureBatch, number> {
  const radii = radiiOf(training);
  return new Measured(new FeatureSet(training.width), (generated) =>
    percentage(authenticOf(training, generated, radii)),
  );
}

function radiiOf(training: Features): Float64Array {
  requireComparable(training, training, 2);
  return squaredRadii(training, 1);
}

function authenticOf(training: Features, generated: Features, radii: Float64Array): Uint8Array {
  requireComparable(training, generated, 1);
  const { nearest, squared } = nearestNeighbours(generated, training, 1);
  return Uint8Array.from(squared, (distance, image) => Number(distance > radii[nearest[image]]));
}

const percentage = (flags: Uint8Array): number =>
  (100 * flags.filter((flag) => flag === 1).length) / flags.length;
