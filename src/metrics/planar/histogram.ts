import { ConfigError, DataError } from "../../core/errors.js";
import type { Accumulator } from "../accumulator.js";
import { jensenShannonDivergence } from "../divergence.js";
import { sameNumbers } from "../same-numbers.js";
import { areaOf, type Box, type LogDensity, logAdd, logDensities, requireGrid } from "./density.js";
import { requirePoints } from "./points.js";

export interface SampleDivergence {
  readonly count: number;
  /**
   * KL(samples ‖ data) over the cells. From 0; about (filled cells − 1) / (2 count) for the data itself.
   * Infinite only for points where the density is 0.
   */
  readonly reverseKlNats: number;
  /** Jensen–Shannon divergence over the cells, in [0, log 2]; about a quarter of that floor. */
  readonly jsdNats: number;
  /** Share of points outside the box. */
  readonly outside: number;
}

export interface HistogramOptions {
  /** A side; 50 by default. */
  readonly cells?: number;
  /**
   * The data's share outside the box, or an upper bound, with which divergences are lower bounds. By default
   * it is what the integral over the box lacks of 1, which is rounding noise below some 1e-12.
   */
  readonly massOutside?: number;
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
  readonly cells: number;
  /**
   * [cells · cells + 1] logarithms of the data's shares, which do not underflow far from the data; the last
   * is that outside the box.
   */
  private readonly logShares: Float64Array;
  private readonly counts: Float64Array;

  /**
   * @throws ConfigError when the box is empty, cells is not a whole number from 1, the mass outside is not in
   *                     [0, 1], or the density integrates to more than 1.01 over the box
   */
  constructor(
    data: LogDensity,
    readonly box: Box,
    { cells = 50, massOutside }: HistogramOptions = {},
  ) {
    requireGrid(box, cells);
    if (massOutside !== undefined && !(massOutside >= 0 && massOutside <= 1)) {
      throw new ConfigError(`the mass outside the box must be in [0, 1], not ${massOutside}`);
    }
    this.cells = cells;
    this.logShares = logCellShares(data, box, cells, massOutside);
    this.counts = new Float64Array(this.logShares.length);
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
    if (!sameNumbers(this.logShares, other.logShares)) {
      throw new ConfigError("histograms of different densities, boxes or cells cannot be merged");
    }
    for (let at = 0; at < this.counts.length; at++) this.counts[at] += other.counts[at];
  }

  result(): SampleDivergence {
    const { counts, logShares } = this;
    const count = counts.reduce((a, b) => a + b, 0);
    if (count === 0) throw new DataError("a divergence needs at least one point");
    return {
      count,
      reverseKlNats: reverseKl(counts, count, logShares),
      jsdNats: jensenShannonDivergence(counts, logShares.map(Math.exp)),
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

/** Σ p log(p / q) over the cells that points are in. */
function reverseKl(counts: Float64Array, count: number, logShares: Float64Array): number {
  let divergence = 0;
  counts.forEach((inCell, cell) => {
    const share = inCell / count;
    if (share > 0) divergence += share * (Math.log(share) - logShares[cell]);
  });
  return Math.max(0, divergence);
}

/** Their exponentials sum to 1. */
function logCellShares(
  data: LogDensity,
  box: Box,
  cells: number,
  massOutside: number | undefined,
): Float64Array {
  const fine = cells * POINTS;
  const logArea = Math.log(areaOf(box) / fine ** 2);
  const shares = new Float64Array(cells * cells + 1).fill(Number.NEGATIVE_INFINITY);
  logDensities(data, box, fine).forEach((log, at) => {
    const row = Math.floor(Math.floor(at / fine) / POINTS);
    const column = Math.floor((at % fine) / POINTS);
    const cell = row * cells + column;
    shares[cell] = logAdd(shares[cell], log + logArea);
  });
  const inside = shares.reduce((sum, log) => sum + Math.exp(log), 0);
  if (!(inside <= 1.01)) {
    throw new ConfigError(`the density integrates to ${inside} over the box: use finer cells`);
  }
  const outside = massOutside ?? Math.max(0, 1 - inside);
  shares[cells * cells] = Math.log(outside);
  const logTotal = Math.log(inside + outside);
  return shares.map((log) => log - logTotal);
}
