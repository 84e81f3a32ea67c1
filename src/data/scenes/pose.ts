import type { Strokes } from "./strokes.js";

/** Shears beyond this are not a matter of slant. */
const STEEPEST = 0.8;

/** Where strokes are to be and how they lean. */
export interface Pose {
  /** Pixels to the right for each pixel upwards; 0 is upright. */
  readonly slant: number;
  /** Sides of the box that the strokes fill in one direction, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Middle of the box. */
  readonly x: number;
  readonly y: number;
}

/**
 * Strokes set upright, slanted as asked for, and fitted into a box. How far they leaned before is told
 * by their second moments, as is usual for handwritten digits.
 */
export function posed(strokes: Strokes, pose: Pose): Strokes {
  const { x, y } = strokes;
  const [middleX, middleY] = [mean(x), mean(y)];
  let across = 0;
  let down = 0;
  for (let i = 0; i < x.length; i++) {
    across += (x[i]! - middleX) * (y[i]! - middleY);
    down += (y[i]! - middleY) ** 2;
  }
  const lean = down === 0 ? 0 : Math.min(STEEPEST, Math.max(-STEEPEST, across / down));
  const leaning = x.map((value, i) => value - (lean + pose.slant) * (y[i]! - middleY));
  const [left, right] = range(leaning);
  const [top, bottom] = range(y);
  const scale = Math.min(pose.width / (right - left || 1), pose.height / (bottom - top || 1));
  return {
    segments: strokes.segments,
    x: leaning.map((value) => pose.x + scale * (value - (left + right) / 2)),
    y: y.map((value) => pose.y + scale * (value - (top + bottom) / 2)),
  };
}

const mean = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function range(values: Float64Array): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  return [least, most];
}
