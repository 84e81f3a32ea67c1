import { ConfigError, DataError } from "../core/errors.js";
import { type Accumulator, Measured } from "./accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "./features.js";
import { eachDistanceBetween } from "./pairs.js";

export interface ParzenLikelihood {
  /** Mean over the test images, in nats: a log-density, so of any sign, and the higher the better. */
  readonly value: number;
  /** Of the mean over the test images. */
  readonly standardError: number;
  readonly bandwidth: number;
}

/**
 * Log-likelihood of test images under a density of Gaussian windows around generated images. It gives
 * models without a density one that can be compared with early papers on adversarial networks.
 *
 * It is a poor estimate of the true log-likelihood, whatever the number of samples that can be had, and
 * its ranking of models is not that of the true one: the centres of k-means beat the data itself. Print
 * it with that, never alone.
 *
 * @param generated  pixels or features of generated images, the centres
 * @param test       likewise, of real images that no model was trained on
 * @param bandwidth  σ of the windows; see {@link parzenBandwidth}
 * @throws ConfigError when the bandwidth is not positive
 * @throws DataError when the widths differ or a set is empty
 * @source Breuleux, Bengio & Vincent 2011, doi:10.1162/NECO_a_00142; weakness: Theis, van den Oord &
 *         Bethge 2016, arXiv:1511.01844, section 3.2
 */
export function parzenLikelihood(
  generated: Features,
  test: Features,
  bandwidth: number,
): ParzenLikelihood {
  requireBandwidths([bandwidth]);
  const [perImage] = logDensities(generated, test, [bandwidth]);
  const mean = average(perImage);
  const squares = perImage.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const { count } = test;
  return {
    value: mean,
    standardError: Math.sqrt(squares / Math.max(1, count - 1) / count),
    bandwidth,
  };
}

/** Gathers test images against the density of generated ones; see {@link parzenLikelihood}. */
export const parzenLikelihoodUnder = (
  generated: Features,
  bandwidth: number,
): Accumulator<FeatureBatch, ParzenLikelihood> =>
  new Measured(new FeatureSet(generated.width), (test) =>
    parzenLikelihood(generated, test, bandwidth),
  );

/**
 * The bandwidth that gives validation images the highest log-likelihood; never choose it on test images.
 *
 * @param candidates  positive, such as 10 values from 0.1 to 1 for pixels in [0, 1]
 * @throws ConfigError when there are none or one is not positive
 */
export function parzenBandwidth(
  generated: Features,
  validation: Features,
  candidates: readonly number[],
): number {
  requireBandwidths(candidates);
  const values = logDensities(generated, validation, candidates).map(average);
  return candidates[values.indexOf(Math.max(...values))];
}

function requireBandwidths(bandwidths: readonly number[]): void {
  const wrong = bandwidths.find((bandwidth) => !(bandwidth > 0 && Number.isFinite(bandwidth)));
  if (wrong !== undefined || bandwidths.length === 0) {
    throw new ConfigError(`a bandwidth must be positive, not ${wrong ?? "absent"}`);
  }
}

/** Log-density of each test image, for each bandwidth. */
function logDensities(
  generated: Features,
  test: Features,
  bandwidths: readonly number[],
): Float64Array[] {
  if (generated === test)
    throw new DataError("a set's density must not be judged by the set itself");
  requireComparable(generated, test, 1);
  const scales = bandwidths.map((bandwidth) => -1 / (2 * bandwidth ** 2));
  const largest = bandwidths.map(() => new Float64Array(test.count).fill(Number.NEGATIVE_INFINITY));
  const sums = bandwidths.map(() => new Float64Array(test.count));
  eachDistanceBetween(test, generated, (squared, image) => {
    for (let at = 0; at < scales.length; at++) {
      // Σ exp(x − max) as a stream: the sum is scaled down whenever a larger exponent comes.
      const exponent = scales[at] * squared;
      const most = largest[at][image];
      if (exponent <= most) {
        sums[at][image] += Math.exp(exponent - most);
      } else {
        sums[at][image] = sums[at][image] * Math.exp(most - exponent) + 1;
        largest[at][image] = exponent;
      }
    }
  });
  return bandwidths.map((bandwidth, at) => {
    const norm = test.width * Math.log(bandwidth * Math.sqrt(2 * Math.PI));
    return sums[at].map(
      (sum, image) => largest[at][image] + Math.log(sum / generated.count) - norm,
    );
  });
}

const average = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
