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
  /** The squared maximum mean discrepancy under `bandwidth`; it may be negative for equal distributions. */
  readonly mmdSquared: number;
  /** The kernel's length under which the sets differ most, in standard deviations over the divisions. */
  readonly bandwidth: number;
  /**
   * Share of the divisions, the given one among them, under which the sets differ at least as much.
   * Uniform on (0, 1] for equal distributions: a value below 0.05 tells them apart with 5 % of false alarms.
   */
  readonly pValue: number;
  readonly permutations: number;
}

/** Points whose distances the median is taken of. */
const MEDIAN_POINTS = 1000;

/** Lengths of the kernel as shares of that median: short ones see fine structure, long ones the whole. */
const LENGTHS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const;

/**
 * Whether two sets of points come from one distribution: the maximum mean discrepancy with a Gaussian kernel
 * e^(−‖a − b‖² / 2h²), against its values for random divisions of all points into two such sets. It takes
 * several lengths h, from the median distance between points down to a sixteenth of it. The figure that is
 * compared is the largest discrepancy over the lengths, each in its own standard deviations over the divisions. The
 * test is exact for any number of points, since points of one distribution can be exchanged.
 *
 * Memory: 4 bytes for each pair of points.
 *
 * @throws ConfigError when the number of permutations is not a whole number from 1
 * @throws DataError when the widths differ or a set has fewer than two points
 * @source Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012, "A kernel two-sample test", JMLR 13, equation 3
 *         and section 5; the largest over kernels as in Biggs, Schrab & Gretton 2023, arXiv:2306.08777;
 *         p-value: Phipson & Smyth 2010, doi:10.2202/1544-6115.1585
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
  const median = medianDistance(joint, seed);
  const looks = LENGTHS.map((share) => {
    const bandwidth = share * median;
    const found = discrepancies(kernelMatrix(joint, bandwidth), x.count, permutations, seed);
    return { bandwidth, mmdSquared: found[0], inDeviations: standardised(found) };
  });
  const largest = Float64Array.from({ length: permutations + 1 }, (_, division) =>
    Math.max(...looks.map(({ inDeviations }) => inDeviations[division])),
  );
  const asLarge = largest.filter((value) => value >= largest[0]).length;
  const clearest = looks.reduce((best, look) =>
    look.inDeviations[0] > best.inDeviations[0] ? look : best,
  );
  return {
    mmdSquared: clearest.mmdSquared,
    bandwidth: clearest.bandwidth,
    pValue: asLarge / (permutations + 1),
    permutations,
  };
}

/** Values less their mean, in standard deviations; 0 where all are equal. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / values.length);
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
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

/** The unbiased estimate for the given division, the first points against the rest, and for random ones. */
function discrepancies(
  { count, values }: Kernel,
  first: number,
  permutations: number,
  seed: number,
): Float64Array {
  const second = count - first;
  const rowSums = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let at = i * count; at < (i + 1) * count; at++) sum += values[at];
    return sum;
  });
  const total = rowSums.reduce((a, b) => a + b, 0);
  return Float64Array.from({ length: permutations + 1 }, (_, division) => {
    const members =
      division === 0
        ? Uint32Array.from({ length: first }, (_, point) => point)
        : stream(seed, "metrics/two-sample-test", division)
            .permutation(count)
            .slice(0, first)
            .sort();
    let touching = 0;
    let half = 0;
    for (let a = 0; a < first; a++) {
      touching += rowSums[members[a]];
      const row = members[a] * count;
      for (let b = a + 1; b < first; b++) half += values[row + members[b]];
    }
    const within = 2 * half;
    const between = touching - within;
    const rest = total - touching - between;
    return (
      within / (first * (first - 1)) +
      rest / (second * (second - 1)) -
      (2 * between) / (first * second)
    );
  });
}
