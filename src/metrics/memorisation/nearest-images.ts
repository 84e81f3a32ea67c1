import { ConfigError, DataError } from "../../core/errors.js";
import type { Accumulator } from "../accumulator.js";
import { countOf, type FeatureBatch, type Features } from "../features.js";
import { eachDistanceBetween } from "../pairs.js";

/** The training images nearest to each generated image. */
export interface NearestImages {
  /** [count, k] positions of training images, nearest first; of several at one distance, the first. */
  readonly positions: Uint32Array;
  /** [count, k] Euclidean distances to them, in units of the features. */
  readonly distances: Float64Array;
  readonly k: number;
}

/**
 * Finds the k training images nearest to each generated image. Batches are training images; memory does
 * not grow with their number.
 */
export class NearestImagesSearch implements Accumulator<FeatureBatch, NearestImages> {
  /** [count, k] */
  private readonly positions: Uint32Array;
  private readonly squared: Float64Array;
  private seen = 0;

  /** @throws ConfigError when k is not a whole number from 1 */
  constructor(
    private readonly generated: Features,
    readonly k: number,
  ) {
    if (!(Number.isInteger(k) && k >= 1)) {
      throw new ConfigError(`neighbours must be a whole number from 1, not ${k}`);
    }
    this.positions = new Uint32Array(generated.count * k);
    this.squared = new Float64Array(generated.count * k).fill(Number.POSITIVE_INFINITY);
  }

  add(batch: FeatureBatch): void {
    const { width } = this.generated;
    const count = countOf(batch, width);
    const training = { count, width, values: Float64Array.from(batch.values) };
    eachDistanceBetween(this.generated, training, (squared, image, offset) => {
      this.offer(image, squared, batch.first + offset);
    });
    this.seen += count;
  }

  merge(other: NearestImagesSearch): void {
    if (other.k !== this.k || other.generated.count !== this.generated.count) {
      throw new ConfigError("searches for other images or other numbers of them cannot be merged");
    }
    other.squared.forEach((squared, at) => {
      if (squared === Number.POSITIVE_INFINITY) return;
      this.offer(Math.floor(at / this.k), squared, other.positions[at]);
    });
    this.seen += other.seen;
  }

  /** @throws DataError when there were fewer than k training images */
  result(): NearestImages {
    if (this.seen < this.k) {
      throw new DataError(`${this.seen} training images have no ${this.k} nearest ones`);
    }
    return { positions: this.positions, distances: this.squared.map(Math.sqrt), k: this.k };
  }

  private offer(image: number, squared: number, position: number): void {
    const { k, positions } = this;
    const from = image * k;
    const precedes = (at: number) =>
      squared < this.squared[at] || (squared === this.squared[at] && position < positions[at]);
    let at = from + k - 1;
    if (!precedes(at)) return;
    for (; at > from && precedes(at - 1); at--) {
      this.squared[at] = this.squared[at - 1];
      positions[at] = positions[at - 1];
    }
    this.squared[at] = squared;
    positions[at] = position;
  }
}
