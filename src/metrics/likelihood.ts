import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { CompensatedSums } from "./compensated-sums.js";
import { centredSum, productError } from "./exact-product.js";

export interface LikelihoodResult {
  readonly count: number;
  /** Mean negative log-likelihood of an image, in nats; infinite when an image is ruled out. */
  readonly nllNats: number;
  /** Over images; NaN for a single one, and where an image is ruled out. */
  readonly standardDeviation: number;
  /** Of the mean. */
  readonly standardError: number;
  /** The mean for each pixel and channel, in bits; see the constructor for densities. */
  readonly bitsPerDim: number;
  /** Images of probability 0. */
  readonly ruledOut: number;
}

/**
 * Negative log-likelihoods of test images, summed up.
 *
 * Two values can be compared when data, split, quantisation and kind (exact, bound or estimate) are the
 * same. A low one does not mean good samples, nor the reverse. The data's entropy is the floor; it is
 * unknown for real images.
 *
 * @source Theis, van den Oord & Bethge 2016, arXiv:1511.01844, section 3
 */
export class Likelihood implements Accumulator<ArrayLike<number>, LikelihoodResult> {
  private count = 0;
  private ruledOut = 0;
  /** Of values and of their squares. */
  private readonly sums = new CompensatedSums(2);

  /**
   * @param dims           pixels · channels of an image
   * @param densityLevels  grey levels of the data where scores are of a density over [0, 1] and not of
   *                       probabilities: log₂ of it is added to the bits
   * @throws ConfigError when either is not a whole number from 1
   */
  constructor(
    readonly dims: number,
    readonly densityLevels = 1,
  ) {
    if (!(Number.isInteger(dims) && dims >= 1)) {
      throw new ConfigError(`dimensions must be a whole number from 1, not ${dims}`);
    }
    if (!(Number.isInteger(densityLevels) && densityLevels >= 1)) {
      throw new ConfigError(`levels must be a whole number from 1, not ${densityLevels}`);
    }
  }

  /** @param nllNats  [count] −log p of each image; +∞ where it is ruled out */
  add(nllNats: ArrayLike<number>): void {
    const values = Array.from(nllNats);
    const wrong = values.findIndex((nats) => !(nats > Number.NEGATIVE_INFINITY));
    if (wrong >= 0) throw new DataError(`score ${wrong} of a batch is ${values[wrong]}`);
    for (const nats of values) {
      if (nats === Number.POSITIVE_INFINITY) {
        this.ruledOut++;
      } else {
        const square = nats * nats;
        this.sums.add(0, nats);
        this.sums.add(1, square);
        this.sums.add(1, productError(nats, nats, square));
      }
    }
    this.count += values.length;
  }

  merge(other: Likelihood): void {
    if (other.dims !== this.dims || other.densityLevels !== this.densityLevels) {
      throw new ConfigError("likelihoods of images of different sizes or levels cannot be merged");
    }
    this.count += other.count;
    this.ruledOut += other.ruledOut;
    this.sums.merge(other.sums);
  }

  result(): LikelihoodResult {
    const { count, ruledOut, dims } = this;
    if (count === 0) throw new DataError("a likelihood needs at least one image");
    const [sum, squares] = this.sums.values();
    const [sumRest, squaresRest] = [this.sums.rest(0), this.sums.rest(1)];
    const nllNats = ruledOut > 0 ? Number.POSITIVE_INFINITY : sum / count;
    const centred = centredSum(count, squares, squaresRest, sum, sumRest, sum, sumRest);
    const standardDeviation =
      ruledOut > 0 ? Number.NaN : Math.sqrt(Math.max(0, centred) / (count * (count - 1)));
    return {
      count,
      nllNats,
      standardDeviation,
      standardError: standardDeviation / Math.sqrt(count),
      bitsPerDim: nllNats / (dims * Math.LN2) + Math.log2(this.densityLevels),
      ruledOut,
    };
  }
}
