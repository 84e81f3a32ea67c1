import { ConfigError, DataError } from "../../core/errors.js";
import type { Accumulator } from "../accumulator.js";
import { klDivergence } from "../divergence.js";
import { sameNumbers } from "../same-numbers.js";
import { requirePoints } from "./points.js";

export interface PlanarModesResult {
  readonly count: number;
  /** Modes with at least one point within 3σ of their centre. */
  readonly found: number;
  readonly modes: number;
  /** Share of points within 3σ of the nearest centre, in [0, 1]; 0.9889 for the data itself. */
  readonly highQuality: number;
  /**
   * KL divergence, in nats, of the points' distribution over modes from the data's; each point counts for
   * the nearest centre. From 0; about (modes − 1) / (2 count) for the data itself.
   */
  readonly reverseKlNats: number;
  /** [modes] points for which a centre is the nearest. */
  readonly perMode: readonly number[];
}

/**
 * How points in the plane spread over the modes of a mixture of equal round Gaussians. Published figures
 * are for 2,500 points.
 *
 * @source Lin et al. 2018, arXiv:1712.04086 (PacGAN), section 4.1, after Srivastava et al. 2017,
 *         arXiv:1705.07761 (VEEGAN)
 */
export class PlanarModes implements Accumulator<ArrayLike<number>, PlanarModesResult> {
  private readonly counts: Float64Array;
  private readonly near: Float64Array;

  /**
   * @param centres  [modes, 2]
   * @param sigma    standard deviation of each mode
   * @param shares   [modes] of the data; equal by default
   * @throws ConfigError when there are no centres, sigma is not positive or the shares do not fit
   */
  constructor(
    readonly centres: ArrayLike<number>,
    readonly sigma: number,
    readonly shares: ArrayLike<number> = new Float64Array(centres.length / 2).fill(1),
  ) {
    const modes = centres.length / 2;
    if (!(Number.isInteger(modes) && modes >= 1 && shares.length === modes)) {
      throw new ConfigError(
        `modes need two coordinates and a share each, not ${centres.length} and ${shares.length}`,
      );
    }
    if (!(sigma > 0)) throw new ConfigError(`a standard deviation must be positive, not ${sigma}`);
    this.counts = new Float64Array(modes);
    this.near = new Float64Array(modes);
  }

  /** @param points  [count, 2] */
  add(points: ArrayLike<number>): void {
    const count = requirePoints(points);
    for (let point = 0; point < count; point++) {
      const { mode, distance } = this.nearest(points[2 * point], points[2 * point + 1]);
      this.counts[mode]++;
      if (distance <= 3 * this.sigma) this.near[mode]++;
    }
  }

  merge(other: PlanarModes): void {
    if (
      other.sigma !== this.sigma ||
      !sameNumbers(other.centres, this.centres) ||
      !sameNumbers(other.shares, this.shares)
    ) {
      throw new ConfigError("counts of different modes cannot be merged");
    }
    for (let mode = 0; mode < this.counts.length; mode++) {
      this.counts[mode] += other.counts[mode];
      this.near[mode] += other.near[mode];
    }
  }

  result(): PlanarModesResult {
    const count = this.counts.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("mode coverage needs at least one point");
    return {
      count,
      found: this.near.filter((points) => points > 0).length,
      modes: this.counts.length,
      highQuality: this.near.reduce((a, b) => a + b, 0) / count,
      reverseKlNats: klDivergence(this.counts, this.shares),
      perMode: Array.from(this.counts),
    };
  }

  private nearest(x: number, y: number): { mode: number; distance: number } {
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (let mode = 0; mode < this.counts.length; mode++) {
      const distance = Math.hypot(x - this.centres[2 * mode], y - this.centres[2 * mode + 1]);
      if (distance < smallest) {
        nearest = mode;
        smallest = distance;
      }
    }
    return { mode: nearest, distance: smallest };
  }
}
