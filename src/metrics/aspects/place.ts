import type { InkFigure } from "./figure.js";

/** Pixels with less ink do not widen the box. */
const INK = 0.5;

/** Names places by the point that is nearest to the centre of the ink's box. */
export const placeAmong =
  (places: Readonly<Record<string, readonly [x: number, y: number]>>) =>
  (figure: InkFigure): string => {
    const [x, y] = boxCentre(figure);
    const distance = (name: string) => Math.hypot(places[name][0] - x, places[name][1] - y);
    return Object.keys(places).reduce((best, name) =>
      distance(name) < distance(best) ? name : best,
    );
  };

/** In pixels from the top left corner. */
function boxCentre({ ink, width }: InkFigure): readonly [x: number, y: number] {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1];
  for (let at = 0; at < ink.length; at++) {
    if (ink[at] < INK) continue;
    const [row, column] = [Math.floor(at / width), at % width];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  return [(left + right + 1) / 2, (top + bottom + 1) / 2];
}
