import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { type ClassifiedBatch, decisionsOf } from "./classified.js";
import { CompensatedSums } from "./compensated-sums.js";

/** The images whose confidence lies in (from, to]. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability of the predicted class; NaN in an empty bin. */
  readonly confidence: number;
  /** Share of right predictions; NaN in an empty bin. */
  readonly accuracy: number;
}

export interface CalibrationResult {
  readonly count: number;
  /**
   * Expected calibration error, in [0, 1]: the gap between confidence and accuracy, averaged over images.
   * 0 is perfect. Even a perfectly calibrated classifier has about √(bins / count) / 2 by chance.
   */
  readonly expectedError: number;
  /** The largest gap of a bin, in [0, 1]. */
  readonly maximumError: number;
  /** Of equal width, from 0 to 1: the reliability diagram. */
  readonly bins: readonly CalibrationBin[];
}

/**
 * How far a classifier's probabilities can be believed.
 *
 * @source Guo, Pleiss, Sun & Weinberger 2017, arXiv:1706.04599, equations 3 and 5
 */
export class Calibration implements Accumulator<ClassifiedBatch, CalibrationResult> {
  private readonly counts: Float64Array;
  private readonly hits: Float64Array;
  private readonly confidences: CompensatedSums;

  /**
   * @param classes  number of classes
   * @param bins     of equal width; the paper has 15
   * @throws ConfigError when either is not a whole number from 1
   */
  constructor(
    readonly classes: number,
    readonly bins = 15,
  ) {
    if (!(Number.isInteger(classes) && classes >= 1 && Number.isInteger(bins) && bins >= 1)) {
      throw new ConfigError(`calibration needs classes and bins, not ${classes} and ${bins}`);
    }
    this.counts = new Float64Array(bins);
    this.hits = new Float64Array(bins);
    this.confidences = new CompensatedSums(bins);
  }

  add(batch: ClassifiedBatch): void {
    for (const { actual, predicted, confidence } of decisionsOf(batch, this.classes)) {
      const bin = Math.min(Math.max(Math.ceil(confidence * this.bins), 1), this.bins) - 1;
      this.counts[bin]++;
      if (predicted === actual) this.hits[bin]++;
      this.confidences.add(bin, confidence);
    }
  }

  merge(other: Calibration): void {
    if (other.classes !== this.classes || other.bins !== this.bins) {
      throw new ConfigError("calibrations of different classes or bins cannot be merged");
    }
    for (let bin = 0; bin < this.bins; bin++) {
      this.counts[bin] += other.counts[bin];
      this.hits[bin] += other.hits[bin];
    }
    this.confidences.merge(other.confidences);
  }

  result(): CalibrationResult {
    const count = this.counts.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("calibration needs at least one image");
    const sums = this.confidences.values();
    const bins = Array.from(this.counts, (inBin, bin) => ({
      from: bin / this.bins,
      to: (bin + 1) / this.bins,
      count: inBin,
      confidence: sums[bin] / inBin,
      accuracy: this.hits[bin] / inBin,
    }));
    const filled = bins.filter((bin) => bin.count > 0);
    const gap = ({ accuracy, confidence }: CalibrationBin) => Math.abs(accuracy - confidence);
    return {
      count,
      expectedError: filled.reduce((sum, bin) => sum + (bin.count / count) * gap(bin), 0),
      maximumError: Math.max(...filled.map(gap)),
      bins,
    };
  }
}
