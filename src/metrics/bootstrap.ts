import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import type { Interval } from "./interval.js";

export interface BootstrapOptions {
  /** 1,000 by default. */
  readonly resamples?: number;
  /** 0.95 by default. */
  readonly level?: number;
  readonly seed?: number;
}

/**
 * Percentile interval of a statistic over images, which are drawn again with replacement.
 *
 * It shows how the figure varies with the choice of images: not with the seed of training, and not its
 * bias. A statistic that is biased by 1 / count, such as the Fréchet distance, is so more strongly in the
 * resamples, as they hold fewer different images: its interval may lie above the value.
 *
 * @param count      images
 * @param statistic  of the images with the given positions, [count] numbers in [0, count)
 * @throws ConfigError when a number is out of range
 * @source Efron & Tibshirani 1993, "An introduction to the bootstrap", section 13.3
 */
export function bootstrapInterval(
  count: number,
  statistic: (positions: Uint32Array) => number,
  { resamples = 1000, level = 0.95, seed = 0 }: BootstrapOptions = {},
): Interval {
  if (!(Number.isInteger(count) && count >= 1 && Number.isInteger(resamples) && resamples >= 2)) {
    throw new ConfigError(`a bootstrap needs images and resamples, not ${count} and ${resamples}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new ConfigError(`a level of confidence must be in (0, 1), not ${level}`);
  }
  const positions = new Uint32Array(count);
  const values = Float64Array.from({ length: resamples }, (_, resample) => {
    stream(seed, "metrics/bootstrap", resample).integers(positions, count);
    return statistic(positions);
  }).sort();
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2), level };
}

/** Of sorted values, linear between them. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
