import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { chosenFeatures, type Features, requireComparable } from "./features.js";
import { eachDistanceWithin } from "./pairs.js";

export interface TwoSampleTestOptions {
  /** Random divisions of the joint set; 500 by default. */
  readonly permutations?: number;
  readonly seed?: number;
}

export interface TwoSampleTest {
  /** The squared maximum mean discrepancy; about 0 for equal distributions, where it may be negative. */
  readonly mmdSquared: number;
  /**
   * Share of the random divisions, this one among them, whose discrepancy is at least as large. Uniform on
   * (0, 1] for equal distributions: a value below 0.05 tells them apart with 5 % of false alarms.
   */
  readonly pValue: number;
  readonly permutations: number;
  /** The kernel's length: the median distance between two of all points. */
  readonly bandwidth: number;
}

/** Points whose distances the median is taken of. */
const MEDIAN_POINTS = 1000;

/**
 * Whether two sets of points come from one distribution: the maximum mean discrepancy with a Gaussian kernel
 * e^(−‖a − b‖² / 2h²), against its values for random divisions of all points into two such sets. The test is
 * exact for any number of points, since points of one distribution can be exchanged.
 *
 * Memory: 4 bytes for each pair of points.
 *
 * @throws ConfigError when the number of permutations is not a whole number from 1
 * @throws DataError when the widths differ or a set has fewer than two points
 * @source Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012, "A kernel two-sample test", JMLR 13, equation 3
 *         and section 5; the median rule: section 8; p-value: Phipson & Smyth 2010, doi:10.2202/1544-6115.1585
 */
export function twoSampleTest(
  x: Features,
  y: Features,
  { permutations = 500, seed = 0 }: TwoSampleTestOptions = {},
): TwoSampleTest {
  requireComparable(x, y, 2);
  if (!(Number.isInteger(permutations) && permutations >= 1)) {
    throw new ConfigError(`permutations must be a whole number from 1, not ${permutations}`);
  }
  const joint = {
    count: x.count + y.count,
    width: x.width,
    values: new Float64Array([...x.values, ...y.values]),
  };
  const bandwidth = medianDistance(joint, seed);
  const kernel = kernelMatrix(joint, bandwidth);
  const discrepancy = discrepancyOf(kernel, x.count);
  const found = discrepancy(Uint32Array.from({ length: joint.count }, (_, point) => point));
  let asLarge = 1;
  for (let draw = 0; draw < permutations; draw++) {
    const order = stream(seed, "metrics/two-sample-test", draw).permutation(joint.count);
    if (discrepancy(order) >= found) asLarge++;
  }
  return {
    mmdSquared: found,
    pValue: asLarge / (permutations + 1),
    permutations,
    bandwidth,
  };
}

/** The median distance between different points, of at most {@link MEDIAN_POINTS}; 1 where they coincide. */
function medianDistance(set: Features, seed: number): number {
  const order = stream(seed, "metrics/two-sample-test/median").permutation(set.count);
  const some = chosenFeatures(set, order.subarray(0, MEDIAN_POINTS));
  const squares: number[] = [];
  eachDistanceWithin(some, (square) => squares.push(square));
  const sorted = Float64Array.from(squares).sort();
  return Math.sqrt(sorted[sorted.length >> 1]) || 1;
}

/** A symmetric matrix, row-major, whose diagonal is 0. */
interface Kernel {
  readonly count: number;
  readonly values: Float32Array;
}

function kernelMatrix(set: Features, bandwidth: number): Kernel {
  const { count } = set;
  const values = new Float32Array(count * count);
  eachDistanceWithin(set, (square, i, j) => {
    const value = Math.exp(-square / (2 * bandwidth * bandwidth));
    values[i * count + j] = value;
    values[j * count + i] = value;
  });
  return { count, values };
}

/**
 * The unbiased estimate for a division of all points.
 *
 * @returns  takes the points in an order whose first `first` make up one set
 */
function discrepancyOf({ count, values }: Kernel, first: number): (order: Uint32Array) => number {
  const second = count - first;
  const rowSums = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let at = i * count; at < (i + 1) * count; at++) sum += values[at];
    return sum;
  });
  const total = rowSums.reduce((a, b) => a + b, 0);
  return (order) => {
    // Sorted, so that memory is read forwards.
    const members = order.slice(0, first).sort();
    let within = 0;
    let touching = 0;
    for (const i of members) {
      touching += rowSums[i];
      const row = i * count;
      for (const j of members) within += values[row + j];
    }
    const between = touching - within;
    const rest = total - touching - between;
    return (
      within / (first * (first - 1)) +
      rest / (second * (second - 1)) -
      (2 * between) / (first * second)
    );
  };
}
