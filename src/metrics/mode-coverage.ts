import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { checkDistributions, likeliest } from "./classified.js";
import { klDivergence } from "./divergence.js";
import { sameNumbers } from "./same-numbers.js";

export interface ModeCoverageOptions {
  /** Certain enough to be of a mode: the probability of the predicted class is at least this. 0.5. */
  readonly confidence?: number;
}

export interface ModeCoverageResult {
  readonly count: number;
  /** Modes that at least one confident image is of. */
  readonly found: number;
  readonly modes: number;
  /**
   * KL divergence, in nats, of the generated images' distribution over modes from the data's. All images
   * count, each for its likeliest mode. From 0; for the data itself about (modes − 1) / (2 count) where its
   * shares are known, and more where they are counted on images. Infinite where an image is of a mode of
   * share 0.
   */
  readonly klNats: number;
  /** Share of images that are not confidently of any mode, in [0, 1]. */
  readonly offMode: number;
  /** [modes] generated images, each for its likeliest mode. */
  readonly perMode: readonly number[];
}

/**
 * Which modes of the data a model reaches, by a classifier whose classes are the modes.
 *
 * It trusts the classifier, which must give a class to whatever it sees; the share of images off every
 * mode says how far. With n images, a mode of share p is missed by chance with probability (1 − p)ⁿ.
 *
 * @source Srivastava et al. 2017, arXiv:1705.07761 (VEEGAN), section 5; Lin et al. 2018, arXiv:1712.04086
 *         (PacGAN), section 4, on stacked MNIST with 26,000 images
 */
export class ModeCoverage implements Accumulator<{ probs: ArrayLike<number> }, ModeCoverageResult> {
  private readonly counts: Float64Array;
  private readonly confident: Float64Array;
  private readonly confidence: number;

  /**
   * @param shares  [modes] how often each mode occurs in the data: counts or shares
   * @throws ConfigError when there are no modes, a share is negative, or the confidence is not in [0, 1]
   */
  constructor(
    readonly shares: ArrayLike<number>,
    { confidence = 0.5 }: ModeCoverageOptions = {},
  ) {
    const all = Array.from(shares);
    if (!(all.every((share) => share >= 0) && all.some((share) => share > 0))) {
      throw new ConfigError("mode coverage needs the share of each mode, from 0 and not all 0");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new ConfigError(`a confidence must be in [0, 1], not ${confidence}`);
    }
    this.counts = new Float64Array(shares.length);
    this.confident = new Float64Array(shares.length);
    this.confidence = confidence;
  }

  /** @param batch  probs: [count, modes] p(mode | image) */
  add({ probs }: { readonly probs: ArrayLike<number> }): void {
    const modes = this.counts.length;
    checkDistributions(probs, modes);
    for (let image = 0; image < probs.length / modes; image++) {
      const mode = likeliest(probs, modes, image);
      this.counts[mode]++;
      if (probs[image * modes + mode] >= this.confidence) this.confident[mode]++;
    }
  }

  merge(other: ModeCoverage): void {
    if (other.confidence !== this.confidence || !sameNumbers(other.shares, this.shares)) {
      throw new ConfigError("coverages of different modes or confidences cannot be merged");
    }
    for (let mode = 0; mode < this.counts.length; mode++) {
      this.counts[mode] += other.counts[mode];
      this.confident[mode] += other.confident[mode];
    }
  }

  result(): ModeCoverageResult {
    const count = this.counts.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("mode coverage needs at least one image");
    return {
      count,
      found: this.confident.filter((images) => images > 0).length,
      modes: this.counts.length,
      klNats: klDivergence(this.counts, this.shares),
      offMode: 1 - this.confident.reduce((a, b) => a + b, 0) / count,
      perMode: Array.from(this.counts),
    };
  }
}
