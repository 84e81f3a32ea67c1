import { thin } from "./thin.js";

/** The middle lines of a figure: points and the segments that join them. */
export interface Strokes {
  /** [points] */
  readonly x: Float64Array;
  /** [points], downwards */
  readonly y: Float64Array;
  /** Pairs of points; a dot is joined with itself. */
  readonly segments: readonly (readonly [number, number])[];
}

const THRESHOLD = 0.45;
const SMOOTHINGS = 3;

/**
 * The middle lines of what is bright in an image, in units of its pixels.
 *
 * @param image  [height × width] in [0, 1]
 * @param zoom   the whole factor by which the image is enlarged before it is thinned: small images
 *               need more
 */
export function traceStrokes(
  image: Float32Array,
  height: number,
  width: number,
  zoom: number,
): Strokes {
  const columns = width * zoom + 2;
  const figure = enlarge(image, height, width, zoom);
  thin(figure, columns);
  const points = Array.from(figure.keys()).filter((at) => figure[at] === 1);
  const numbers = new Map(points.map((at, number) => [at, number]));
  const segments = points.flatMap((at, number) => segmentsFrom(at, number, columns, numbers));
  const joined = new Set(segments.flat());
  const dots = points.flatMap((_, number) => (joined.has(number) ? [] : [[number, number] as const]));
  const x = Float64Array.from(points, (at) => ((at % columns) - 0.5) / zoom);
  const y = Float64Array.from(points, (at) => (Math.floor(at / columns) - 0.5) / zoom);
  for (let step = 0; step < SMOOTHINGS; step++) for (const line of [x, y]) smooth(line, segments);
  return { x, y, segments: [...segments, ...dots] };
}

/** The image larger by bilinear interpolation, as 0 and 1, with a border of 0 of one pixel. */
function enlarge(image: Float32Array, height: number, width: number, zoom: number): Uint8Array {
  const columns = width * zoom + 2;
  const figure = new Uint8Array((height * zoom + 2) * columns);
  let most = 0;
  for (const value of image) most = Math.max(most, value);
  for (let row = 0; row < height * zoom; row++)
    for (let column = 0; column < width * zoom; column++) {
      const y = Math.min(height - 1, Math.max(0, (row + 0.5) / zoom - 0.5));
      const x = Math.min(width - 1, Math.max(0, (column + 0.5) / zoom - 0.5));
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [down, right] = [Math.min(height - 1, top + 1), Math.min(width - 1, left + 1)];
      const upper = mix(image[top * width + left]!, image[top * width + right]!, x - left);
      const lower = mix(image[down * width + left]!, image[down * width + right]!, x - left);
      if (mix(upper, lower, y - top) > THRESHOLD * most)
        figure[(row + 1) * columns + column + 1] = 1;
    }
  return figure;
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share;

/** The segments to the neighbours that come later, without diagonals across a corner of the line. */
function segmentsFrom(
  at: number,
  number: number,
  columns: number,
  numbers: ReadonlyMap<number, number>,
): (readonly [number, number])[] {
  const [left, right, down] = [numbers.get(at - 1), numbers.get(at + 1), numbers.get(at + columns)];
  const downLeft = left === undefined && down === undefined ? numbers.get(at + columns - 1) : undefined;
  const downRight =
    right === undefined && down === undefined ? numbers.get(at + columns + 1) : undefined;
  return [right, down, downLeft, downRight].flatMap((to) =>
    to === undefined ? [] : [[number, to] as const],
  );
}

/** Moves each point half-way to the mean of those it is joined with; ends of lines stay. */
function smooth(line: Float64Array, segments: readonly (readonly [number, number])[]): void {
  const sums = new Float64Array(line.length);
  const counts = new Uint8Array(line.length);
  for (const [a, b] of segments) {
    sums[a]! += line[b]!;
    sums[b]! += line[a]!;
    counts[a]!++;
    counts[b]!++;
  }
  for (let i = 0; i < line.length; i++)
    if (counts[i]! > 1) line[i] = (line[i]! + sums[i]! / counts[i]!) / 2;
}
