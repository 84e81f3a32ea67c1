import { type Accumulator, Measured } from "../accumulator.js";
import {
  chosenFeatures,
  type FeatureBatch,
  FeatureSet,
  type Features,
  requireComparable,
} from "../features.js";
import { nearestNeighbours } from "../nearest.js";
import type { NearestTraining } from "./nearest-training.js";

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
  const flags = authenticImages(training, generated);
  return (100 * flags.filter((flag) => flag === 1).length) / flags.length;
}

/** Gathers generated images against the features of the training images; see {@link authenticity}. */
export function authenticityTo(training: Features): Accumulator<FeatureBatch, number> {
  requireComparable(training, training, 2);
  return new Measured(new FeatureSet(training.width), (generated) =>
    authenticity(training, generated),
  );
}

/**
 * [count] 1 where a generated image is farther from its nearest training image than that one is from its
 * own, else 0.
 *
 * @param found  the nearest training image of each generated one, where it is known already
 * @throws DataError as {@link authenticity} does
 */
export function authenticImages(
  training: Features,
  generated: Features,
  found: Pick<NearestTraining, "nearest" | "distance"> = nearestOnly(training, generated),
): Uint8Array {
  requireComparable(training, training, 2);
  const { nearest, distance } = found;
  const reached = [...new Set(nearest)];
  // A training image is the first of its two nearest ones, at a distance of exactly 0.
  const own = nearestNeighbours(chosenFeatures(training, reached), training, 2);
  const radii = new Map(reached.map((image, at) => [image, Math.sqrt(own.squared[2 * at + 1])]));
  return Uint8Array.from(distance, (value, image) =>
    Number(value > (radii.get(nearest[image]) as number)),
  );
}

function nearestOnly(training: Features, generated: Features) {
  requireComparable(training, generated, 1);
  const { nearest, squared } = nearestNeighbours(generated, training, 1);
  return { nearest, distance: squared.map(Math.sqrt) };
}
