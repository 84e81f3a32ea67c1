import type { Strokes } from "./strokes.js";

/** Larger shears are not slant. */
const STEEPEST = 0.8;

/** Position, size and slant of strokes. */
export interface Pose {
  /** Pixels to the right per pixel upwards; 0 is upright. */
  readonly slant: number;
  /** Size in pixels of the box that the strokes fill in one direction. */
  readonly width: number;
  readonly height: number;
  /** Centre of the box. */
  readonly x: number;
  readonly y: number;
}

/**
 * Deslants strokes, slants them as given and fits them into a box. Their second moments tell the
 * original slant, as is usual for handwritten digits.
 */
export function posed(strokes: Strokes, pose: Pose): Strokes {
  const { x, y } = strokes;
  const middleY = mean(y);
  const lean = Math.min(STEEPEST, Math.max(-STEEPEST, shearOf(strokes)));
  const leaning = x.map((value, i) => value - (lean + pose.slant) * (y[i] - middleY));
  const [left, right] = range(leaning);
  const [top, bottom] = range(y);
  const scale = Math.min(pose.width / (right - left || 1), pose.height / (bottom - top || 1));
  return {
    segments: strokes.segments,
    x: leaning.map((value) => pose.x + scale * (value - (left + right) / 2)),
    y: y.map((value) => pose.y + scale * (value - (top + bottom) / 2)),
  };
}

/** Pixels to the right per pixel downwards, by the second moments of the points; 0 without a height. */
export function shearOf({ x, y }: Pick<Strokes, "x" | "y">): number {
  const [middleX, middleY] = [mean(x), mean(y)];
  let across = 0;
  let down = 0;
  for (let i = 0; i < x.length; i++) {
    across += (x[i] - middleX) * (y[i] - middleY);
    down += (y[i] - middleY) ** 2;
  }
  return down === 0 ? 0 : across / down;
}

const mean = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function range(values: Float64Array): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return [least, most];
}
