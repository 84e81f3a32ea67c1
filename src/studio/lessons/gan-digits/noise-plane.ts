import type { Place } from "../../page/parts/place.js";

/** Pictures a side of the plane. */
export const SIDE = 7;
/** Half the width of the plane, in standard deviations. */
const REACH = 1.8;

/**
 * The noise at a place of a plane: a third of the numbers depends on each of its two axes, and the others stay,
 * so that the middle is as far from 0 as draws from N(0, I) are.
 */
export function noiseAt(length: number, [x, y]: Place): number[] {
  const ways = [(2 * x - 1) * REACH, (1 - 2 * y) * REACH, 1];
  return Array.from(
    { length },
    (_, unit) => ways[unit % 3] * Math.SQRT2 * Math.cos(0.7 + 2.4 * unit),
  );
}

/** The noise at the middles of SIDE × SIDE squares, from the top. */
export const noiseOfPlane = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(
    Array.from({ length: SIDE ** 2 }, (_, at) =>
      noiseAt(length, [((at % SIDE) + 0.5) / SIDE, (Math.floor(at / SIDE) + 0.5) / SIDE]),
    ).flat(),
  );
