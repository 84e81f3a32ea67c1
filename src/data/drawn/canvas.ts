import type { Rgb } from "./palette.js";

/** Side of captioned images in pixels. */
export const CANVAS = 32;

/**
 * Paints a figure on a plain background, and rounds to the 256 levels of image files.
 *
 * @param coverage  [height × width] share of each pixel that the figure covers, in [0, 1]
 * @param out       [3, height, width] pixelsUnit
 */
export function paint(coverage: Float32Array, figure: Rgb, ground: Rgb, out: Float32Array): void {
  const size = coverage.length;
  for (let c = 0; c < 3; c++) {
    const from = ground[c];
    const range = figure[c] - from;
    for (let i = 0; i < size; i++)
      out[c * size + i] = Math.round((from + range * coverage[i]) * 255) / 255;
  }
}
