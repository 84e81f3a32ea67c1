import { ConfigError, DataError } from "../core/errors.js";

/**
 * Area under the receiver operating characteristic: the probability that an anomalous image has a
 * higher score than a normal one, where a tie counts one half. 0.5 is chance, 1 is perfect.
 *
 * @param normal     scores of normal images
 * @param anomalous  scores of anomalous images; higher means more anomalous
 * @throws ConfigError when either is empty
 * @throws DataError when a score is NaN
 * @source Mann & Whitney 1947; Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
 */
export function auroc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  if (normal.length === 0 || anomalous.length === 0) {
    throw new ConfigError("the area under the curve needs scores of normal and anomalous images");
  }
  const below = sorted(normal);
  let wins = 0;
  for (const score of sorted(anomalous)) {
    wins += (lowerBound(below, score) + upperBound(below, score)) / 2;
  }
  return wins / (normal.length * anomalous.length);
}

/**
 * Share of normal images classified as anomalous, with the highest threshold that detects at least the
 * share `detected` of the anomalies.
 *
 * @param detected  in (0, 1], such as 0.95
 */
export function falsePositiveRate(
  normal: ArrayLike<number>,
  anomalous: ArrayLike<number>,
  detected: number,
): number {
  if (!(detected > 0 && detected <= 1)) {
    throw new ConfigError(`the share to detect must be in (0, 1], not ${detected}`);
  }
  if (normal.length === 0 || anomalous.length === 0) {
    throw new ConfigError("a false positive rate needs scores of normal and anomalous images");
  }
  const scores = sorted(anomalous);
  const threshold = scores[scores.length - Math.ceil(detected * scores.length)];
  const below = lowerBound(sorted(normal), threshold);
  return (normal.length - below) / normal.length;
}

function sorted(scores: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(scores);
  if (copy.some(Number.isNaN)) throw new DataError("a score is not a number");
  return copy.sort();
}

/** Number of sorted values below the bound. */
const lowerBound = (values: Float64Array, bound: number): number =>
  partition(values, (value) => value < bound);

/** Number of sorted values at or below the bound. */
const upperBound = (values: Float64Array, bound: number): number =>
  partition(values, (value) => value <= bound);

/** Number of leading values that pass a test which all later values fail. */
function partition(values: Float64Array, passes: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (passes(values[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}
