import { thin } from "./thin.js";

/** The centre lines of a figure: points and the segments that join them. */
export interface Strokes {
  /** [points] */
  readonly x: Float64Array;
  /** [points], downwards */
  readonly y: Float64Array;
  /** [segments × 2] pairs of points; a dot is joined to itself. */
  readonly segments: Int32Array;
}

/** A pixel is ink above this share of the brightest pixel. */
const INK = 0.45;
const SMOOTHINGS = 3;

/**
 * Traces the centre lines of the bright parts of an image, in units of its pixels.
 *
 * @param image  [height × width] in [0, 1]
 * @param zoom   whole factor that enlarges the image before thinning; small images need a larger
 *               one
 */
export function traceStrokes(
  image: Float32Array,
  height: number,
  width: number,
  zoom: number,
): Strokes {
  const columns = width * zoom + 2;
  const figure = enlarged(image, height, width, zoom);
  const places = thin(figure, columns);
  const x = Float64Array.from(places, (at) => ((at % columns) - 0.5) / zoom);
  const y = Float64Array.from(places, (at) => (Math.floor(at / columns) - 0.5) / zoom);
  const segments = joined(places, figure.length, columns);
  for (let step = 0; step < SMOOTHINGS; step++) {
    smooth(x, segments);
    smooth(y, segments);
  }
  return { x, y, segments };
}

/** The image enlarged by bilinear interpolation, as 0 and 1, with a border of 0 one pixel wide. */
function enlarged(image: Float32Array, height: number, width: number, zoom: number): Uint8Array {
  const columns = width * zoom + 2;
  const figure = new Uint8Array((height * zoom + 2) * columns);
  let most = 0;
  for (let i = 0; i < image.length; i++) most = Math.max(most, image[i]);
  const line = new Float64Array(width + 1);
  for (let row = 0; row < height * zoom; row++) {
    const y = Math.min(height - 1, Math.max(0, (row + 0.5) / zoom - 0.5));
    const top = Math.floor(y) * width;
    const below = Math.min(height - 1, Math.floor(y) + 1) * width;
    const share = y - Math.floor(y);
    let brightest = 0;
    for (let i = 0; i < width; i++) {
      line[i] = image[top + i] + (image[below + i] - image[top + i]) * share;
      brightest = Math.max(brightest, line[i]);
    }
    if (brightest <= INK * most) continue;
    line[width] = line[width - 1];
    for (let column = 0; column < width * zoom; column++) {
      const x = Math.min(width - 1, Math.max(0, (column + 0.5) / zoom - 0.5));
      const left = Math.floor(x);
      const value = line[left] + (line[left + 1] - line[left]) * (x - left);
      if (value > INK * most) figure[(row + 1) * columns + column + 1] = 1;
    }
  }
  return figure;
}

/**
 * Joins each point to its neighbours, but not across the corner where a line turns. It joins a
 * point without neighbours to itself.
 */
function joined(places: Int32Array, size: number, columns: number): Int32Array {
  const numbers = new Int32Array(size + columns).fill(-1);
  for (const [number, at] of places.entries()) numbers[at] = number;
  const segments: number[] = [];
  const isJoined = new Uint8Array(places.length);
  for (const [number, at] of places.entries()) {
    const [left, right, down] = [numbers[at - 1], numbers[at + 1], numbers[at + columns]];
    const next = [
      right,
      down,
      left < 0 && down < 0 ? numbers[at + columns - 1] : -1,
      right < 0 && down < 0 ? numbers[at + columns + 1] : -1,
    ];
    for (const other of next) {
      if (other < 0) continue;
      segments.push(number, other);
      isJoined[number] = 1;
      isJoined[other] = 1;
    }
  }
  for (const [number, has] of isJoined.entries()) if (has === 0) segments.push(number, number);
  return Int32Array.from(segments);
}

/** Moves each point half-way to the mean of the points joined to it; ends of lines stay. */
function smooth(line: Float64Array, segments: Int32Array): void {
  const sums = new Float64Array(line.length);
  const counts = new Uint8Array(line.length);
  for (let i = 0; i < segments.length; i += 2) {
    const a = segments[i];
    const b = segments[i + 1];
    sums[a] += line[b];
    sums[b] += line[a];
    counts[a]++;
    counts[b]++;
  }
  for (let i = 0; i < line.length; i++)
    if (counts[i] > 1) line[i] = (line[i] + sums[i] / counts[i]) / 2;
}
