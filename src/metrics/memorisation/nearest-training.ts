import { ConfigError, DataError } from "../../core/errors.js";
import { type Accumulator, Measured } from "../accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "../features.js";
import { nearestNeighbours } from "../nearest.js";

/** The training images that generated images are nearest to. */
export interface NearestTraining {
  /** [count] number of the nearest training image; of several at the same distance, the first. */
  readonly nearest: Uint32Array;
  /** [count] Euclidean distance to it, in units of the features. */
  readonly distance: Float64Array;
  /**
   * [count] that distance by the mean distance to the k nearest training images, in [0, 1]: near 1 for
   * an image among many, 0 for a copy. 1 where all k distances are 0, as copies of copies tell nothing.
   */
  readonly ratio: Float64Array;
  /** k of the ratio. */
  readonly neighbours: number;
  /** Share of generated images whose ratio is at most {@link COPY_RATIO}. */
  readonly copies: number;
}

/** A ratio up to which a generated image is taken for a copy: the paper's α. */
export const COPY_RATIO = 0.5;

/**
 * Finds the training image that each generated image is nearest to.
 *
 * A distance alone says little, as flat images are near to everything: the ratio sets it against the
 * distances to other training images. Held-out real images give the floor. In features of a classifier an
 * image may be near to one that nobody would call a copy, so look at the pairs.
 *
 * @param k  neighbours of the ratio: 50 by default, as in the paper, or as many as there are
 * @throws ConfigError when k is not a whole number from 2
 * @throws DataError when the widths differ or there are fewer than two training images
 * @source Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188,
 *         section 5.1
 */
export function nearestTraining(training: Features, generated: Features, k = 50): NearestTraining {
  if (!(Number.isInteger(k) && k >= 2)) {
    throw new ConfigError(`neighbours must be a whole number from 2, not ${k}`);
  }
  requireComparable(training, generated, 1);
  if (training.count < 2) throw new DataError("a ratio of distances needs two training images");
  const neighbours = Math.min(k, training.count);
  const { nearest, squared } = nearestNeighbours(generated, training, neighbours);
  const distance = new Float64Array(nearest.length);
  const ratio = new Float64Array(nearest.length);
  for (let image = 0; image < nearest.length; image++) {
    const row = squared.subarray(image * neighbours, (image + 1) * neighbours).map(Math.sqrt);
    const mean = row.reduce((a, b) => a + b, 0) / neighbours;
    distance[image] = row[0];
    ratio[image] = mean === 0 ? 1 : row[0] / mean;
  }
  const copies = ratio.filter((value) => value <= COPY_RATIO).length / ratio.length;
  return { nearest, distance, ratio, neighbours, copies };
}

/** Gathers generated images against the features of the training images; see {@link nearestTraining}. */
export const nearestTrainingTo = (
  training: Features,
  k?: number,
): Accumulator<FeatureBatch, NearestTraining> =>
  new Measured(new FeatureSet(training.width), (generated) =>
    nearestTraining(training, generated, k),
  );
