import { palette } from "../../data/drawn/palette.js";
import { colourOf } from "./colour.js";
import type { InkFigure } from "./figure.js";
import { middleLine } from "./middle-line.js";

/**
 * Radius of the pen that drew the ink, in pixels: a pen of radius r that goes along a line of length L
 * covers 2 r L + π r², of which L is that of the middle line.
 */
export function penRadius(figure: InkFigure): number {
  const { x, y, segments } = middleLine(figure);
  let length = 0;
  for (let at = 0; at < segments.length; at += 2) {
    const [a, b] = [segments[at], segments[at + 1]];
    length += Math.hypot(x[b] - x[a], y[b] - y[a]);
  }
  const area = figure.ink.reduce((sum, value) => sum + value, 0) * Math.sqrt(paleness(figure));
  return (Math.sqrt(length ** 2 + Math.PI * area) - length) / Math.PI;
}

/**
 * How strong full ink is beside the colour that it is of. Ink is pale because it is blurred, so that there
 * is less of it than it seems, or because all of it is pale: the square root allows for half of each.
 */
function paleness(figure: InkFigure): number {
  const name = colourOf(figure);
  if (name === undefined) return 1;
  const { ground, strength } = figure;
  return Math.min(1, strength / Math.hypot(...palette[name].map((value, c) => value - ground[c])));
}
