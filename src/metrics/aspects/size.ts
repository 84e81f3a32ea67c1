import type { InkFigure } from "./figure.js";

/** From this much ink on, a pixel belongs to the figure. */
const INK = 0.5;
const DIRECTIONS = 36;

/**
 * Half the mean width of the ink over all directions, in pixels: the same however the figure is turned, and
 * nearly the same for figures of one visual size.
 *
 * @source Cauchy's formula: the mean width of a convex figure is its perimeter over π
 */
export function meanRadius({ ink, width }: InkFigure): number {
  const inside = [...ink.keys()].filter((at) => ink[at] >= INK);
  let sum = 0;
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const angle = (Math.PI * direction) / DIRECTIONS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of inside) {
      const along = (at % width) * cos + Math.floor(at / width) * sin;
      least = Math.min(least, along);
      most = Math.max(most, along);
    }
    // From the middle of a pixel at one end to that at the other, and half a pixel beyond both.
    sum += most - least + 1;
  }
  return sum / DIRECTIONS / 2;
}
