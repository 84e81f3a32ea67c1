import { ConfigError } from "../core/errors.js";
import type { Interval } from "./interval.js";

/** The 97.5th percentile of the standard normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's 95 % score interval of a share, such as an accuracy. It stays within [0, 1] and is sound for
 * shares near 0 and 1, where the normal approximation is not.
 *
 * @param hits   in [0, count]
 * @param count  at least 1
 * @throws ConfigError when an argument is out of range
 * @source Wilson 1927, doi:10.1080/01621459.1927.10502953
 */
export function wilsonInterval(hits: number, count: number): Interval {
  if (!(count >= 1 && hits >= 0 && hits <= count)) {
    throw new ConfigError(
      `${hits} of ${count} is no share: expected 0 to count hits, count from 1`,
    );
  }
  const share = hits / count;
  const shrink = 1 + Z_95 ** 2 / count;
  const centre = (share + Z_95 ** 2 / (2 * count)) / shrink;
  const half =
    (Z_95 / shrink) * Math.sqrt((share * (1 - share)) / count + (Z_95 / (2 * count)) ** 2);
  // With no hits, and with hits alone, an end is exact but for rounding.
  const low = hits === 0 ? 0 : centre - half;
  const high = hits === count ? 1 : centre + half;
  return { low, high, level: 0.95 };
}
