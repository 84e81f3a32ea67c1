import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { CompensatedSums } from "./compensated-sums.js";

/** What a classifier says about a batch of images, as logarithms, beside the truth. */
export interface LogClassifiedBatch {
  /** [count, classes] log p(class | image) in nats; −∞ where a class is ruled out. */
  readonly logProbs: ArrayLike<number>;
  /** [count] true class of each image: whole numbers in [0, classes). */
  readonly actual: ArrayLike<number>;
}

export interface CrossEntropyResult {
  readonly count: number;
  /** Mean of −log p(true class | image), in nats; infinite where a true class is ruled out. */
  readonly nllNats: number;
  /** Images whose true class has probability 0. */
  readonly ruledOut: number;
}

/** How probable a classifier finds the true classes. Guessing among K classes costs log K nats. */
export class CrossEntropy implements Accumulator<LogClassifiedBatch, CrossEntropyResult> {
  private count = 0;
  private ruledOut = 0;
  private readonly sums = new CompensatedSums(1);

  /** @throws ConfigError when the number of classes is not a whole number from 1 */
  constructor(readonly classes: number) {
    if (Number.isInteger(classes) && classes >= 1) return;
    throw new ConfigError(`a cross-entropy needs classes, not ${classes}`);
  }

  add({ logProbs, actual }: LogClassifiedBatch): void {
    if (logProbs.length !== actual.length * this.classes) {
      throw new DataError(
        `${logProbs.length} probabilities do not give ${actual.length} images ${this.classes} classes each`,
      );
    }
    const nats = Array.from(actual, (truth, image) => {
      if (!(Number.isInteger(truth) && truth >= 0 && truth < this.classes)) {
        throw new DataError(
          `image ${image} has the class ${truth}; expected 0 to ${this.classes - 1}`,
        );
      }
      const value = -logProbs[image * this.classes + truth];
      if (value > Number.NEGATIVE_INFINITY) return value;
      throw new DataError(`image ${image} has the log-probability ${-value} for its class`);
    });
    for (const value of nats) {
      if (value === Number.POSITIVE_INFINITY) this.ruledOut++;
      else this.sums.add(0, value);
    }
    this.count += nats.length;
  }

  merge(other: CrossEntropy): void {
    if (other.classes !== this.classes) {
      throw new ConfigError("cross-entropies over different classes cannot be merged");
    }
    this.count += other.count;
    this.ruledOut += other.ruledOut;
    this.sums.merge(other.sums);
  }

  result(): CrossEntropyResult {
    const { count, ruledOut } = this;
    if (count === 0) throw new DataError("a cross-entropy needs at least one image");
    const nllNats = ruledOut > 0 ? Number.POSITIVE_INFINITY : this.sums.value(0) / count;
    return { count, nllNats, ruledOut };
  }
}
