import { ConfigError, DataError } from "../../core/errors.js";
import type { Accumulator } from "../accumulator.js";
import { jensenShannonDivergence, klDivergence } from "../divergence.js";
import { sameNumbers } from "../same-numbers.js";
import { areaOf, type Box, type LogDensity, logDensities, requireGrid } from "./density.js";
import { requirePoints } from "./points.js";

export interface SampleDivergence {
  readonly count: number;
  /** KL(samples ‖ data) over the cells. From 0; about (filled cells − 1) / (2 count) for the data itself. */
  readonly reverseKlNats: number;
  /** Jensen–Shannon divergence over the cells, in [0, log 2]; about a quarter of that floor. */
  readonly jsdNats: number;
  /** Share of points outside the box. */
  readonly outside: number;
}

/** Points a side at which the data's density is taken within a cell. */
const POINTS = 8;

/**
 * Divergences of points from a density that is known, by a histogram: the data's share of each cell is
 * integrated, the points are counted, and all that lies outside the box is one more cell.
 *
 * Coarse cells hide differences within them, fine ones raise the floor: take the floor from points of the
 * data, as many, and compare at one grid only.
 */
export class SampleHistogram implements Accumulator<ArrayLike<number>, SampleDivergence> {
  /** [cells · cells + 1] the data's shares; the last is that outside the box. */
  private readonly shares: Float64Array;
  private readonly counts: Float64Array;

  /**
   * @param cells  a side
   * @throws ConfigError when the box is empty, cells is not a whole number from 1, or the density
   *                     integrates to more than 1.01 over the box
   */
  constructor(
    data: LogDensity,
    readonly box: Box,
    readonly cells = 50,
  ) {
    requireGrid(box, cells);
    this.shares = cellShares(data, box, cells);
    this.counts = new Float64Array(this.shares.length);
  }

  /** @param points  [count, 2] */
  add(points: ArrayLike<number>): void {
    const count = requirePoints(points);
    const { left, right, bottom, top } = this.box;
    for (let point = 0; point < count; point++) {
      const column = cellOf(points[2 * point], left, right, this.cells);
      const row = cellOf(points[2 * point + 1], bottom, top, this.cells);
      const inside = column >= 0 && row >= 0;
      this.counts[inside ? row * this.cells + column : this.counts.length - 1]++;
    }
  }

  merge(other: SampleHistogram): void {
    if (!sameNumbers(this.shares, other.shares)) {
      throw new ConfigError("histograms of different densities, boxes or cells cannot be merged");
    }
    for (let at = 0; at < this.counts.length; at++) this.counts[at] += other.counts[at];
  }

  result(): SampleDivergence {
    const { counts, shares } = this;
    const count = counts.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("a divergence needs at least one point");
    return {
      count,
      reverseKlNats: klDivergence(counts, shares),
      jsdNats: jensenShannonDivergence(counts, shares),
      outside: counts[counts.length - 1] / count,
    };
  }
}

/** The cell that a coordinate lies in; −1 outside. */
function cellOf(x: number, from: number, to: number, cells: number): number {
  return x >= from && x < to
    ? Math.min(cells - 1, Math.floor((cells * (x - from)) / (to - from)))
    : -1;
}

function cellShares(data: LogDensity, box: Box, cells: number): Float64Array {
  const fine = cells * POINTS;
  const area = areaOf(box) / fine ** 2;
  const shares = new Float64Array(cells * cells + 1);
  logDensities(data, box, fine).forEach((log, at) => {
    const row = Math.floor(Math.floor(at / fine) / POINTS);
    const column = Math.floor((at % fine) / POINTS);
    shares[row * cells + column] += Math.exp(log) * area;
  });
  const inside = shares.reduce((a, b) => a + b, 0);
  if (!(inside <= 1.01)) {
    throw new ConfigError(`the density integrates to ${inside} over the box: use finer cells`);
  }
  shares[cells * cells] = Math.max(0, 1 - inside);
  return shares;
}
