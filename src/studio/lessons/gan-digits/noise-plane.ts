import type { Place } from "../../page/parts/surface.js";

/** Pictures a side of the plane. */
export const SIDE = 7;
/** Half the width of the plane, in standard deviations. */
const REACH = 2;

/**
 * The noise at a place of a plane: its two axes are orthogonal and of length √Z each, so that a place one unit
 * from the middle is as long as most draws from N(0, I).
 */
export function noiseAt(length: number, [x, y]: Place): number[] {
  const [right, up] = [(2 * x - 1) * REACH, (1 - 2 * y) * REACH];
  return Array.from({ length }, (_, unit) =>
    unit % 2 === 0
      ? right * Math.SQRT2 * Math.cos(1 + unit * 2.4)
      : up * Math.SQRT2 * Math.cos(2 + unit * 2.4),
  );
}

/** The noise at the middles of SIDE × SIDE squares, from the top. */
export const noiseOfPlane = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from(
    Array.from({ length: SIDE ** 2 }, (_, at) =>
      noiseAt(length, [((at % SIDE) + 0.5) / SIDE, (Math.floor(at / SIDE) + 0.5) / SIDE]),
    ).flat(),
  );
