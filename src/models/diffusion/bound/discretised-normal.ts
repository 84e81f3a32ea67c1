import { logNormalCdf } from "./normal-cdf.js";

/**
 * −log of the probability that a normal variable gives a pixel's bin. The bins lie around L evenly spaced
 * values in [−1, 1]; the first and the last are open, so that all L probabilities add up to 1.
 *
 * @param x       a value in [−1, 1]
 * @param levels  L, at least 2
 * @returns       nats
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 13
 */
export function discretisedNormalNll(x: number, mean: number, std: number, levels: number): number {
  const half = 1 / (levels - 1);
  const low = x - half <= -1 ? Number.NEGATIVE_INFINITY : (x - half - mean) / std;
  const high = x + half >= 1 ? Number.POSITIVE_INFINITY : (x + half - mean) / std;
  // Φ(high) − Φ(low) in the lower tail, where a difference of small numbers keeps its digits.
  const [from, to] = low > 0 ? [-high, -low] : [low, high];
  const [logFrom, logTo] = [logNormalCdf(from), logNormalCdf(to)];
  return -(logTo + Math.log1p(-Math.exp(logFrom - logTo)));
}
