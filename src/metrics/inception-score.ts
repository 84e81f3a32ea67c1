import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { checkDistributions } from "./classified.js";
import { CompensatedSums } from "./compensated-sums.js";

/** Class probabilities of consecutive generated images. */
export interface ProbabilityBatch {
  /** Position of the first image within its set, from 0: image i belongs to split i mod splits. */
  readonly first: number;
  /** [count, classes] p(class | image); each row sums to 1. */
  readonly probs: ArrayLike<number>;
}

export interface InceptionScoreResult {
  /** Mean over the splits, in [1, classes]. */
  readonly value: number;
  /** Standard deviation over the splits. It measures their spread, not the error of the mean. */
  readonly standardDeviation: number;
  readonly splits: number;
}

/**
 * Inception Score: exp of the mean KL divergence, in nats, of an image's class probabilities from their
 * average. Any classifier will do, and another one gives another scale.
 *
 * It is high when single images are certain and classes are spread evenly. It never sees real images: one
 * perfect image a class has the highest score. The score of the real images says what to aim for, and
 * with few images a split it is too low.
 *
 * @source Salimans et al. 2016, arXiv:1606.03498, section 4; weaknesses in Barratt & Sharma 2018,
 *         arXiv:1801.01973
 */
export class InceptionScore implements Accumulator<ProbabilityBatch, InceptionScoreResult> {
  private readonly counts: Float64Array;
  /** [splits] Σ p log p */
  private readonly negentropies: CompensatedSums;
  /** [splits, classes] Σ p */
  private readonly totals: CompensatedSums;

  /**
   * @param splits  parts whose scores are averaged; 10 in the paper
   * @throws ConfigError when either is not a whole number from 1
   */
  constructor(
    readonly classes: number,
    readonly splits = 10,
  ) {
    if (!(Number.isInteger(classes) && classes >= 1 && Number.isInteger(splits) && splits >= 1)) {
      throw new ConfigError(`classes and splits must be from 1, not ${classes} and ${splits}`);
    }
    this.counts = new Float64Array(splits);
    this.negentropies = new CompensatedSums(splits);
    this.totals = new CompensatedSums(splits * classes);
  }

  add({ first, probs }: ProbabilityBatch): void {
    const { classes, splits } = this;
    checkDistributions(probs, classes);
    for (let image = 0; image < probs.length / classes; image++) {
      const split = (first + image) % splits;
      const row = Float64Array.from({ length: classes }, (_, c) => probs[image * classes + c]);
      const total = row.reduce((a, b) => a + b, 0);
      row.forEach((probability, c) => {
        const p = probability / total;
        if (p > 0) this.negentropies.add(split, p * Math.log(p));
        this.totals.add(split * classes + c, p);
      });
      this.counts[split]++;
    }
  }

  merge(other: InceptionScore): void {
    if (other.classes !== this.classes || other.splits !== this.splits) {
      throw new ConfigError("scores of different classes or splits cannot be merged");
    }
    for (let split = 0; split < this.splits; split++) this.counts[split] += other.counts[split];
    this.negentropies.merge(other.negentropies);
    this.totals.merge(other.totals);
  }

  /** @throws DataError when a split has no image */
  result(): InceptionScoreResult {
    const { classes, splits } = this;
    const scores = Array.from(this.counts, (count, split) => {
      if (count === 0) throw new DataError(`${splits} splits need at least ${splits} images`);
      let divergence = this.negentropies.value(split) / count;
      for (let c = 0; c < classes; c++) {
        const q = this.totals.value(split * classes + c) / count;
        if (q > 0) divergence -= q * Math.log(q);
      }
      return Math.exp(Math.max(0, divergence));
    });
    const mean = scores.reduce((a, b) => a + b, 0) / splits;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / splits;
    return { value: mean, standardDeviation: Math.sqrt(variance), splits };
  }
}
