import { traceStrokes } from "../../data/scenes/strokes.js";
import type { InkFigure } from "./figure.js";

const ZOOM = 3;

/**
 * How far the ink leans to the right, in pixels per pixel upwards: by the second moments of its thinned
 * middle line, as handwritten digits are deslanted.
 */
export function lean({ ink, height, width }: InkFigure): number {
  const { x, y } = traceStrokes(ink, height, width, ZOOM);
  const [middleX, middleY] = [mean(x), mean(y)];
  let across = 0;
  let down = 0;
  for (let i = 0; i < x.length; i++) {
    across += (x[i] - middleX) * (y[i] - middleY);
    down += (y[i] - middleY) ** 2;
  }
  return down === 0 ? 0 : -across / down;
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
