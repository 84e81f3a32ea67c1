import { stream } from "../runtime/random.js";
import { bootstrapInterval } from "./bootstrap.js";
import { chosenFeatures, type Features } from "./features.js";
import type { Interval } from "./interval.js";
import { wilsonInterval } from "./wilson.js";

const LEVEL = 0.95;
/** Standard deviations on either side of the mean that hold 95 % of a normal distribution. */
const NORMAL = 1.959964;

/**
 * The value ± 1.96 standard errors. Unlike percentiles of resamples it is centred on the value, however
 * biased these are.
 */
export const standardInterval = (value: number, standardError: number): Interval => ({
  low: value - NORMAL * standardError,
  high: value + NORMAL * standardError,
  level: LEVEL,
});

/** Percentile bootstrap of the mean of values over images. */
export function meanInterval(perImage: ArrayLike<number>, seed: number): Interval {
  return bootstrapInterval(
    perImage.length,
    (positions) => {
      let sum = 0;
      for (let at = 0; at < positions.length; at++) sum += perImage[positions[at]];
      return sum / positions.length;
    },
    { level: LEVEL, seed },
  );
}

/**
 * Wilson's interval of the share of images with a flag. Unlike a bootstrap's it has a width where none of the
 * images has it, or all have.
 *
 * @param flags  [count] 1 or 0 for each image
 */
export function shareInterval(flags: ArrayLike<number>): Interval {
  let hits = 0;
  for (let at = 0; at < flags.length; at++) hits += flags[at];
  return wilsonInterval(hits, flags.length);
}

/** Standard deviation of a statistic over resamples or subsets. */
export function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (all.length - 1));
}

/** Subsets that the interval of a costly distance rests on, and their share of the images. */
const SUBSETS = 40;
const SHARE = 0.1;
const FEWEST = 50;

/**
 * Standard error of a distance from its spread over random subsets of both sets: the delete-d jackknife,
 * √(s / (n − s)) · sd for subsets of s of n images.
 *
 * @param measure  the distance of two subsets
 * @source Shao & Wu 1989, "A general theory for jackknife variance estimation", equation 2.2
 */
export function subsetInterval(
  real: Features,
  generated: Features,
  value: number,
  measure: (real: Features, generated: Features) => number,
  seed: number,
): Interval {
  const fewest = Math.min(real.count, generated.count);
  const share = Math.min(0.5, Math.max(SHARE, FEWEST / fewest));
  const values = Array.from({ length: SUBSETS }, (_, subset) => {
    const [ofReal, ofGenerated] = [real, generated].map((set, which) => {
      const order = stream(seed, `metrics/subset-interval/${which}`, subset).permutation(set.count);
      return chosenFeatures(set, order.subarray(0, Math.max(2, Math.round(share * set.count))));
    });
    return measure(ofReal, ofGenerated);
  });
  return standardInterval(value, deviation(values) * Math.sqrt(share / (1 - share)));
}
