import { ConfigError, DataError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { type Accumulator, Measured } from "./accumulator.js";
import { chosenFeatures, type FeatureBatch, FeatureSet, type Features } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import { FeatureMoments, type Moments } from "./moments.js";

/** Sizes at which the distance is taken; the paper's number. */
const SIZES = 15;
/** Images from which the distance can be extrapolated. */
export const FEWEST_EXTRAPOLATED = 2 * SIZES;

export interface FrechetInfinityOptions {
  /**
   * Of the 15 numbers of images, which are evenly spaced up to all of them; a tenth of them by default.
   */
  readonly smallest?: number;
  readonly seed?: number;
}

export interface FrechetInfinity {
  /** The line's value at 1 / count = 0. It may be a little below 0 where the distributions agree. */
  readonly value: number;
  /** Of `value`, from how far the distances lie off the line: what the choice of subsets does to it. */
  readonly standardError: number;
  /** How the distance grows with 1 / count: its bias. */
  readonly slope: number;
  /** Share of the variance that the line explains, in [0, 1]; well below 1 the value means little. */
  readonly rSquared: number;
  /** [15] generated images, and the distances that they give. */
  readonly sizes: readonly number[];
  readonly distances: readonly number[];
}

/**
 * The Fréchet distance extrapolated to infinitely many generated images: the intercept of a line through
 * its values at 15 numbers of images, over 1 / count. Each takes other images by chance.
 *
 * It takes off the bias of the generated set only. The real set's bias is the same for all models that
 * are compared with it.
 *
 * @throws ConfigError when `smallest` is out of range
 * @throws DataError when there are fewer than 30 generated images
 * @source Chong & Forsyth 2020, arXiv:1911.07023, section 4 and algorithm 1
 */
export function frechetInfinity(
  real: Moments,
  fake: Features,
  { smallest = Math.ceil(fake.count / 10), seed = 0 }: FrechetInfinityOptions = {},
): FrechetInfinity {
  if (fake.count < FEWEST_EXTRAPOLATED) {
    throw new DataError(
      `extrapolation needs at least ${FEWEST_EXTRAPOLATED} images, not ${fake.count}`,
    );
  }
  if (!(Number.isInteger(smallest) && smallest >= 2 && smallest <= fake.count - SIZES + 1)) {
    const most = fake.count - SIZES + 1;
    throw new ConfigError(`the smallest number of images must be in [2, ${most}], not ${smallest}`);
  }
  const sizes = Array.from({ length: SIZES }, (_, at) =>
    Math.round(smallest + (at * (fake.count - smallest)) / (SIZES - 1)),
  );
  const distances = sizes.map((size, at) => {
    const order = stream(seed, "metrics/frechet-infinity", at).permutation(fake.count);
    const moments = new FeatureMoments(fake.width);
    moments.add({ first: 0, values: chosenFeatures(fake, order.subarray(0, size)).values });
    return frechetDistance(real, moments.result()).value;
  });
  const inverses = sizes.map((size) => 1 / size);
  return { ...lineThrough(inverses, distances), sizes, distances };
}

/** Gathers generated images against the moments of the real ones; see {@link frechetInfinity}. */
export const frechetInfinityTo = (
  real: Moments,
  options?: FrechetInfinityOptions,
): Accumulator<FeatureBatch, FrechetInfinity> =>
  new Measured(new FeatureSet(real.mean.length), (fake) => frechetInfinity(real, fake, options));

/** By least squares. */
function lineThrough(x: readonly number[], y: readonly number[]) {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const product = (a: readonly number[], meanA: number, b: readonly number[], meanB: number) =>
    a.reduce((sum, value, at) => sum + (value - meanA) * (b[at] - meanB), 0);
  const xx = product(x, meanX, x, meanX);
  const xy = product(x, meanX, y, meanY);
  const yy = product(y, meanY, y, meanY);
  const slope = xy / xx;
  const residual = Math.max(0, yy - slope * xy) / (x.length - 2);
  const standardError = Math.sqrt(residual * (1 / x.length + meanX ** 2 / xx));
  return {
    value: meanY - slope * meanX,
    standardError,
    slope,
    rSquared: yy === 0 ? 1 : (xy * xy) / (xx * yy),
  };
}
