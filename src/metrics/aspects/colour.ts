import { palette, type Rgb } from "../../data/drawn/palette.js";
import type { InkFigure } from "./figure.js";

/** A colour farther from all of the palette has no name: distance in RGB, of √3 at most. */
const FARTHEST = 0.4;

/**
 * The palette's colour nearest to the ink. Ink may be thinned by up to half, as on the edges of thin
 * lines: the distance is that to the mixtures of a colour with the background.
 */
export function colourOf({ colour, ground }: InkFigure): string | undefined {
  let nearest: { readonly name?: string; readonly distance: number } = { distance: FARTHEST };
  for (const [name, pure] of Object.entries(palette)) {
    const distance = fromMixtures(colour, pure, ground);
    if (distance < nearest.distance) nearest = { name, distance };
  }
  return nearest.name;
}

/** Distance to the nearest mixture, over the share of the pure colour in it. */
function fromMixtures(colour: Rgb, pure: Rgb, ground: Rgb): number {
  const range = pure.map((value, c) => value - ground[c]);
  const along =
    dot(
      range,
      colour.map((value, c) => value - ground[c]),
    ) / dot(range, range);
  const share = Math.min(1, Math.max(0.5, along));
  const rest = colour.map((value, c) => value - ground[c] - share * range[c]);
  return Math.hypot(...rest) / share;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, c) => sum + value * b[c], 0);
