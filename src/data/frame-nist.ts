import { type ImageSet, withReading } from "./image-set.js";
import { filterTaps, resample, roundToBytes, type Stretch } from "./resize.js";

/** Pixels brighter than this share of the brightest are ink. */
const INK = 0.25;
/** Of the frame's width, what the ink is stretched to: 20 of 32 pixels. */
const WIDE = 20 / 32;
/** Of the frame's height, the rows at either end whose ink says nothing of the slant: 2 of 32. */
const RAGGED = 2 / 32;

/**
 * A view of a grey set, bright on dark, in the frame that NIST's programs give to characters: the box of
 * the ink is stretched to the whole height and 20/32 of the width, and then sheared until its leftmost ink
 * near the top and near the bottom lines up. They also thicken and thin strokes, which this does not.
 * Pixels are rounded to 256 levels; an image without ink stays as it is.
 *
 * @source Garris et al. 1994, NIST Form-Based Handprint Recognition System, NISTIR 5469, `norm_2nd_gen` and
 *   `shear_char`
 */
export function frameNist(set: ImageSet): ImageSet {
  const size = set.height * set.width;
  return withReading({ ...set, levels: 256 }, set, (source, out) => {
    for (let at = 0; at < source.length; at += size) {
      frame(source.subarray(at, at + size), set, out.subarray(at, at + size));
    }
    roundToBytes(out);
  });
}

/** Frames one image. */
function frame(source: Float32Array, { height, width }: Shape, out: Float32Array): void {
  const box = boxOf(source, height, width);
  if (box === undefined) {
    out.set(source);
    return;
  }
  const wide = around(box.columns, box.columns.length / WIDE);
  const rows = filterTaps(height, box.rows, height, "triangle");
  const columns = filterTaps(width, wide, width, "triangle");
  const stretched = new Float32Array(out.length);
  resample(source, { height, width }, { rows, columns }, stretched);
  straighten(stretched, height, width, out);
}

interface Shape {
  readonly height: number;
  readonly width: number;
}

/** A stretch of another length with the same middle. */
const around = (stretch: Stretch, length: number): Stretch => ({
  start: stretch.start + (stretch.length - length) / 2,
  length,
});

/** Shifts each row, by as much more as it is lower. */
function straighten(pixels: Float32Array, height: number, width: number, out: Float32Array): void {
  const slope = slantOf(pixels, height, width);
  for (let y = 0; y < height; y++) {
    const shift = (y - (height - 1) / 2) * slope;
    for (let x = 0; x < width; x++) {
      const from = x - shift;
      const left = Math.floor(from);
      const at = (column: number) =>
        column >= 0 && column < width ? pixels[y * width + column] : 0;
      out[y * width + x] = at(left) + (from - left) * (at(left + 1) - at(left));
    }
  }
}

/** Pixels to the right that the left edge moves from one row up to the next; 0 where it has no edge. */
function slantOf(pixels: Float32Array, height: number, width: number): number {
  const inked = inkOf(pixels);
  const top = Math.round(RAGGED * height);
  const bottom = height - 1 - top;
  const leftmost = (y: number) => inked.subarray(y * width, (y + 1) * width).indexOf(1);
  const [upper, lower] = [leftmost(top), leftmost(bottom)];
  return upper < 0 || lower < 0 || top >= bottom ? 0 : (upper - lower) / (bottom - top);
}

/** 1 for ink, 0 for paper. */
function inkOf(pixels: Float32Array): Uint8Array {
  const least = INK * pixels.reduce((most, value) => Math.max(most, value), 0);
  return Uint8Array.from(pixels, (value) => Number(value > least));
}

/** The smallest box that has all ink; undefined without any. */
function boxOf(pixels: Float32Array, height: number, width: number) {
  const inked = inkOf(pixels);
  const range = (count: number) => Array.from({ length: count }, (_, at) => at);
  const rows = range(height).filter((y) => range(width).some((x) => inked[y * width + x] === 1));
  const columns = range(width).filter((x) => rows.some((y) => inked[y * width + x] === 1));
  if (rows.length === 0) return undefined;
  return { rows: stretchOf(rows), columns: stretchOf(columns) };
}

const stretchOf = (places: readonly number[]): Stretch => ({
  start: places[0],
  length: places[places.length - 1] - places[0] + 1,
});
