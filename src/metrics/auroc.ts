import { ConfigError, DataError } from "../core/errors.js";

/**
 * Area under the receiver operating characteristic: the probability that an anomalous image has a
 * higher score than a normal one, where a tie counts one half. 0.5 is chance, 1 is perfect.
 *
 * @param normal     scores of images that belong
 * @param anomalous  scores of images that do not; higher means more anomalous
 * @throws ConfigError when either is empty
 * @throws DataError when a score is NaN
 * @source Mann & Whitney 1947; Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
 */
export function auroc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  if (normal.length === 0 || anomalous.length === 0) {
    throw new ConfigError("the area under the curve needs scores of both kinds");
  }
  const below = sorted(normal);
  let wins = 0;
  for (const score of sorted(anomalous)) {
    wins += (lowerBound(below, score) + upperBound(below, score)) / 2;
  }
  return wins / (normal.length * anomalous.length);
}

/**
 * Share of normal images that are taken for anomalies when the threshold is set so that at least
 * `detected` of the anomalies are found.
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
    throw new ConfigError("a false positive rate needs scores of both kinds");
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

/** How many of the sorted values are below. */
const lowerBound = (values: Float64Array, bound: number): number =>
  partition(values, (value) => value < bound);

/** How many of the sorted values are not above. */
const upperBound = (values: Float64Array, bound: number): number =>
  partition(values, (value) => value <= bound);

/** How many of the leading values pass a test that all later ones fail. */
function partition(values: Float64Array, passes: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (passes(values[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}
