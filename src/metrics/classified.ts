import { DataError } from "../core/errors.js";

/** What a classifier says about a batch of images, beside the truth. */
export interface ClassifiedBatch {
  /** [count, classes] p(class | image); each row sums to 1. */
  readonly probs: ArrayLike<number>;
  /** [count] true class of each image: whole numbers in [0, classes). */
  readonly actual: ArrayLike<number>;
}

/** What a classifier decides on for one image. */
export interface Decision {
  readonly actual: number;
  /** The most probable class; of several, the first. */
  readonly predicted: number;
  /** Its probability. */
  readonly confidence: number;
}

/**
 * The most probable class of each image.
 *
 * @throws DataError when shapes differ, a class is out of range or a row is no distribution
 */
export function decisionsOf({ probs, actual }: ClassifiedBatch, classes: number): Decision[] {
  checkDistributions(probs, classes);
  if (probs.length !== actual.length * classes) {
    throw new DataError(
      `${probs.length} probabilities do not give ${actual.length} images ${classes} classes each`,
    );
  }
  return Array.from(actual, (truth, image) => {
    if (!(Number.isInteger(truth) && truth >= 0 && truth < classes)) {
      throw new DataError(`image ${image} has the class ${truth}; expected 0 to ${classes - 1}`);
    }
    const predicted = likeliest(probs, classes, image);
    return { actual: truth, predicted, confidence: probs[image * classes + predicted] };
  });
}

/** The most probable class of an image; of several, the first. */
export function likeliest(probs: ArrayLike<number>, classes: number, image: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) {
    if (probs[image * classes + c] > probs[image * classes + best]) best = c;
  }
  return best;
}

/** Sums of float32 probabilities stay within this of 1. */
const TOLERANCE = 1e-3;

/**
 * @param probs  [count, classes]
 * @throws DataError when a row has a negative number or a NaN, or does not sum to 1
 */
export function checkDistributions(probs: ArrayLike<number>, classes: number): void {
  const count = probs.length / classes;
  if (!Number.isInteger(count)) {
    throw new DataError(`${probs.length} probabilities are no whole number of rows of ${classes}`);
  }
  for (let image = 0; image < count; image++) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const p = probs[image * classes + c];
      if (!(p >= 0)) throw new DataError(`image ${image} has the probability ${p} for class ${c}`);
      sum += p;
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      throw new DataError(`the probabilities of image ${image} sum to ${sum}, not to 1`);
    }
  }
}
