import type { Features } from "./features.js";
import { eachDistanceBetween, eachDistanceWithin } from "./pairs.js";

/** The k smallest squared distances of each image. */
class Smallest {
  /** [count, k] ascending in each row. */
  readonly squared: Float64Array;

  constructor(
    count: number,
    readonly k: number,
  ) {
    this.squared = new Float64Array(count * k).fill(Number.POSITIVE_INFINITY);
  }

  offer(image: number, squared: number): void {
    const from = image * this.k;
    let at = from + this.k - 1;
    if (!(squared < this.squared[at])) return;
    for (; at > from && this.squared[at - 1] > squared; at--) {
      this.squared[at] = this.squared[at - 1];
    }
    this.squared[at] = squared;
  }
}

/**
 * Squared distance of each image to its k-th nearest neighbour in its own set, itself excluded.
 *
 * @param k  from 1 to count − 1
 * @returns  [count]; 0 where k copies of an image are in the set
 */
export function squaredRadii(features: Features, k: number): Float64Array {
  const smallest = new Smallest(features.count, k);
  eachDistanceWithin(features, (squared, i, j) => {
    smallest.offer(i, squared);
    smallest.offer(j, squared);
  });
  return Float64Array.from({ length: features.count }, (_, i) => smallest.squared[(i + 1) * k - 1]);
}

/** The neighbours of images in another set. */
export interface Neighbours {
  /** [count] number of the nearest one; of several at the same distance, the first. */
  readonly nearest: Uint32Array;
  /** [count, k] squared distances, ascending in each row. */
  readonly squared: Float64Array;
  readonly k: number;
}

/**
 * The k nearest images of `others` to each image.
 *
 * @param k  from 1 to the number of others
 */
export function nearestNeighbours(images: Features, others: Features, k: number): Neighbours {
  const smallest = new Smallest(images.count, k);
  const nearest = new Uint32Array(images.count);
  eachDistanceBetween(images, others, (squared, i, j) => {
    if (squared < smallest.squared[i * k]) nearest[i] = j;
    smallest.offer(i, squared);
  });
  return { nearest, squared: smallest.squared, k };
}
