import { type ImageSet, withReading } from "./image-set.js";
import { filterTaps, resample, roundToBytes, type Stretch } from "./resize.js";

/** Pixels brighter than this share of the brightest are ink. */
const INK = 0.1;

/**
 * A view of a grey set in which the ink of each image, bright on dark, fills the height or the width of
 * the image, with its proportions kept and its box in the middle. Pixels are rounded to 256 levels; an
 * image without ink stays as it is.
 */
export function frameInk(set: ImageSet): ImageSet {
  const { height, width } = set;
  return withReading({ ...set, levels: 256 }, set, (source, out) => {
    const box = boxOf(source, height, width);
    if (box === undefined) {
      out.set(source);
      return;
    }
    const zoom = Math.min(height / box.rows.length, width / box.columns.length);
    const rows = filterTaps(height, around(box.rows, height / zoom), height, "triangle");
    const columns = filterTaps(width, around(box.columns, width / zoom), width, "triangle");
    resample(source, set, { rows, columns }, out);
    roundToBytes(out);
  });
}

/** A stretch of another length with the same middle. */
const around = (stretch: Stretch, length: number): Stretch => ({
  start: stretch.start + (stretch.length - length) / 2,
  length,
});

/** The smallest box that has all ink; undefined without any. */
function boxOf(pixels: Float32Array, height: number, width: number) {
  const least = INK * pixels.reduce((most, value) => Math.max(most, value), 0);
  const inked = (y: number, x: number) => pixels[y * width + x] > least;
  const range = (count: number) => Array.from({ length: count }, (_, at) => at);
  const rows = range(height).filter((y) => range(width).some((x) => inked(y, x)));
  const columns = range(width).filter((x) => rows.some((y) => inked(y, x)));
  if (rows.length === 0) return undefined;
  return { rows: stretchOf(rows), columns: stretchOf(columns) };
}

const stretchOf = (places: readonly number[]): Stretch => ({
  start: places[0],
  length: places[places.length - 1] - places[0] + 1,
});
