import { wilsonInterval } from "../metrics/wilson.js";

/** A share of images with its 95 % interval. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** A share as a share with its interval. */
export function shareOf(hits: number, count: number): Share {
  const { low, high } = wilsonInterval(hits, count);
  return { share: hits / count, low, high };
}
