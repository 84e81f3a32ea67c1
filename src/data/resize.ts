import { z } from "zod";
import { requireWhole } from "../core/missing-pixels.js";
import { type ImageSet, withReading } from "./image-set.js";
import { MOST_PIXELS } from "./limits.js";

/** The size that images are resized to before anything else. */
export const Resize = z
  .strictObject({
    height: z.int().min(1).describe("pixels"),
    width: z.int().min(1).describe("pixels"),
    fit: z
      .enum(["cover", "fill"])
      .default("cover")
      .describe("cover keeps the proportions and crops to the centre, fill stretches"),
  })
  .refine(({ height, width }) => height * width <= MOST_PIXELS, {
    error: `an image can have at most ${MOST_PIXELS} pixels`,
  });
export type Resize = z.output<typeof Resize>;

/** Filters to resize by, each with its reach in source pixels and its weight at a distance of them. */
const FILTERS = {
  /** Linear interpolation where it enlarges. */
  triangle: { reach: 1, weight: (x: number) => 1 - Math.abs(x) },
  /** Keys' cubic with a = −1/2, as in Pillow; it can overshoot. */
  cubic: {
    reach: 2,
    weight: (signed: number) => {
      const x = Math.abs(signed);
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    },
  },
} as const;

export type ResizeFilter = keyof typeof FILTERS;
export const resizeFilters = Object.keys(FILTERS) as ResizeFilter[];

/**
 * A view of a set in another size, by a filter that widens when shrinking (antialiased).
 * In a set with levels, pixels are rounded to 256 levels, as in an image file.
 *
 * @throws MissingPixelsError when pixels are missing, because their contribution to their
 *   neighbours is unknown
 */
export function resizeSet(
  set: ImageSet,
  resize: Resize,
  filter: ResizeFilter = "triangle",
): ImageSet {
  const { height, width, fit } = resize;
  if (set.height === height && set.width === width) return set;
  requireWhole(set, "show", "they cannot be resized");
  const zoom = Math.max(height / set.height, width / set.width);
  const [tall, wide] = fit === "cover" ? [height / zoom, width / zoom] : [set.height, set.width];
  const rows = filterTaps(set.height, central(set.height, tall), height, filter);
  const columns = filterTaps(set.width, central(set.width, wide), width, filter);
  const info = { ...set, height, width, ...(set.levels !== undefined && { levels: 256 }) };
  return withReading(info, set, (source, out) => {
    resample(source, set, { rows, columns }, out);
    if (set.levels !== undefined) roundToBytes(out);
  });
}

/** How each row and column of an image is made of those of another. */
export interface Resampling {
  readonly rows: readonly Taps[];
  readonly columns: readonly Taps[];
}

/** Filters the planes of an image, column by column and then row by row, into [0, 1]. */
export function resample(
  source: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  { rows, columns }: Resampling,
  out: Float32Array,
): void {
  const planes = source.length / (height * width);
  const narrow = alongColumns(source, planes * height, width, columns);
  alongRows(narrow, planes, height, columns.length, rows, out);
}

/** Rounds pixels to the 256 levels of an image file, in place. */
export function roundToBytes(pixelsUnit: Float32Array): void {
  for (let i = 0; i < pixelsUnit.length; i++) pixelsUnit[i] = Math.round(pixelsUnit[i] * 255) / 255;
}

/** A stretch of source pixels, which may reach beyond them. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

/** The middle of `inputs` pixels; rounding may leave a length a little above them. */
function central(inputs: number, most: number): Stretch {
  const length = Math.min(inputs, most);
  return { start: (inputs - length) / 2, length };
}

/**
 * For one output pixel: the first source pixel it uses, and the weights from there on, which sum to
 * 1.
 */
export interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Taps of `outputs` pixels that cover a stretch of `inputs` pixels, as Pillow computes them. Where the stretch
 * reaches beyond the pixels, the outermost go on there.
 */
export function filterTaps(
  inputs: number,
  { start, length }: Stretch,
  outputs: number,
  filter: ResizeFilter,
): Taps[] {
  const scale = length / outputs;
  const widened = Math.max(1, scale);
  const { weight } = FILTERS[filter];
  const reach = FILTERS[filter].reach * widened;
  const isBeyond = start < 0 || start + length > inputs;
  return Array.from({ length: outputs }, (_, output) => {
    const inside = start + (output + 0.5) * scale;
    const centre = isBeyond ? Math.min(inputs - 0.5, Math.max(0.5, inside)) : inside;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(inputs - 1, Math.ceil(centre + reach));
    const weights = Float64Array.from({ length: last - first + 1 }, (_, i) => {
      const distance = first + i + 0.5 - centre;
      return Math.abs(distance) < reach ? weight(distance / widened) : 0;
    });
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function alongColumns(source: Float32Array, lines: number, width: number, taps: readonly Taps[]) {
  const out = new Float32Array(lines * taps.length);
  for (let line = 0; line < lines; line++)
    for (let x = 0; x < taps.length; x++) {
      const { first, weights } = taps[x];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * source[line * width + first + i];
      out[line * taps.length + x] = sum;
    }
  return out;
}

function alongRows(
  source: Float32Array,
  planes: number,
  height: number,
  width: number,
  taps: readonly Taps[],
  out: Float32Array,
) {
  for (let plane = 0; plane < planes; plane++)
    for (let y = 0; y < taps.length; y++) {
      const { first, weights } = taps[y];
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++)
          sum += weights[i] * source[(plane * height + first + i) * width + x];
        // Rounding and a filter's overshoot may leave the range.
        out[(plane * taps.length + y) * width + x] = Math.min(1, Math.max(0, sum));
      }
    }
}
