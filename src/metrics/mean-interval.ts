import { ConfigError } from "../core/errors.js";
import type { Interval } from "./interval.js";

/** A mean with its interval of confidence. */
export interface MeanInterval extends Interval {
  readonly mean: number;
}

/**
 * The mean of independent values, such as the errors of several seeds, with Student's interval: the mean
 * ± t · s / √n. It assumes that the values are about normal.
 *
 * @param values  at least two
 * @param level   in (0, 1)
 * @throws ConfigError when there is one value or none
 */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval {
  const count = values.length;
  if (count < 2) throw new ConfigError("one value has no interval: it takes at least two");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(count - 1, level) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: mean - half, high: mean + half, level };
}

/** The t that a Student variable exceeds in size with probability 1 − level. */
export function studentQuantile(freedom: number, level: number): number {
  let [low, high] = [0, 1];
  while (within(high, freedom) < level) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(|T| ≤ t) for Student's T with a whole number of degrees of freedom.
 *
 * @source Abramowitz & Stegun 1964, Handbook of Mathematical Functions, 26.7.3 and 26.7.4
 */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let series = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine ** 2 * (k - 1)) / k;
    series += term;
  }
  const sum = Math.sin(angle) * series;
  return odd ? (2 / Math.PI) * (angle + sum) : sum;
}
