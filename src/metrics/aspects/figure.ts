import type { ImageShape } from "../../core/batch.js";
import type { Rgb } from "../../data/drawn/palette.js";

/** What one image shows on its plain background. */
export interface InkFigure {
  readonly height: number;
  readonly width: number;
  /** [height × width] how much of a pixel is ink, in [0, 1]; specks apart from the figure are 0. */
  readonly ink: Float32Array;
  /** Mean of the pixels that are nearly all ink, and of the background; in [0, 1]. */
  readonly colour: Rgb;
  readonly ground: Rgb;
  /** Distance in RGB between full ink and the background. */
  readonly strength: number;
}

/** Ink is full at the strength of the pixel of this rank, so that a few bright specks decide nothing. */
const RANK = 9;
/** A fainter figure is none: distance from the background in RGB, of √3 at most. */
const FAINTEST = 0.25;
/** Below this share of full strength a pixel is background, with its noise. */
const LEAST = 0.2;
/** From this share on, pixels make up the figure; a larger share of the image is no figure. */
const SOLID = 0.5;
const MOST_SOLID = 0.35;
/** Full ink, whose colour is the figure's. */
const FULL = 0.8;
/** Neighbouring pixels are less alike than this only in noise: correlation, 0.5 and more in real images. */
const LEAST_ALIKE = 0.25;
/** Parts with a smaller share of the ink of the largest part are specks. */
const SPECK = 0.15;

/**
 * Tells the figure of a colour image from its background, which is taken to cover most of it.
 *
 * @param pixelsUnit  [3, height, width]
 * @returns           undefined where nothing stands out, or so much that it is noise
 */
export function inkFigure(
  pixelsUnit: Float32Array,
  { height, width }: Pick<ImageShape, "height" | "width">,
): InkFigure | undefined {
  const size = height * width;
  const planes = [0, 1, 2].map((c) => pixelsUnit.subarray(c * size, (c + 1) * size));
  const ground = planes.map(median) as unknown as Rgb;
  const strength = Float32Array.from({ length: size }, (_, at) =>
    Math.hypot(...planes.map((plane, c) => plane[at] - ground[c])),
  );
  const full = Float32Array.from(strength).sort()[size - RANK];
  if (!(full >= FAINTEST && likeness(strength, height, width) >= LEAST_ALIKE)) return undefined;
  const share = strength.map((value) => Math.min(1, value / full));
  const solid = share.reduce((count, value) => count + Number(value >= SOLID), 0);
  if (solid > MOST_SOLID * size) return undefined;
  const ink = withoutSpecks(
    share.map((value) => (value < LEAST ? 0 : value)),
    height,
    width,
  );
  return { height, width, ink, colour: meanColour(planes, ink), ground, strength: full };
}

function median(values: Float32Array): number {
  const sorted = Float32Array.from(values).sort();
  return (sorted[(values.length - 1) >> 1] + sorted[values.length >> 1]) / 2;
}

/** Correlation of pixels with those to the right of them and below. */
function likeness(values: Float32Array, height: number, width: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [alike, variance] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const off = values[at] - mean;
    const right = at % width < width - 1 ? values[at + 1] - mean : 0;
    const below = at < width * (height - 1) ? values[at + width] - mean : 0;
    alike += (off * (right + below)) / 2;
    variance += off * off;
  }
  return alike / variance;
}

function meanColour(planes: readonly Float32Array[], ink: Float32Array): Rgb {
  const chosen = [...ink.keys()].filter((at) => ink[at] >= FULL);
  return planes.map(
    (plane) => chosen.reduce((sum, at) => sum + plane[at], 0) / chosen.length,
  ) as unknown as Rgb;
}

/** Drops the parts, joined at sides or corners, that are small beside the largest. */
function withoutSpecks(ink: Float32Array, height: number, width: number): Float32Array {
  const parts = partsOf(ink, height, width);
  const amounts = parts.map((part) => part.reduce((sum, at) => sum + ink[at], 0));
  const least = SPECK * Math.max(...amounts);
  const kept = new Float32Array(ink.length);
  for (const [number, part] of parts.entries()) {
    if (amounts[number] >= least) for (const at of part) kept[at] = ink[at];
  }
  return kept;
}

function partsOf(ink: Float32Array, height: number, width: number): number[][] {
  const seen = new Uint8Array(ink.length);
  const parts: number[][] = [];
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] === 0 || seen[start] === 1) continue;
    const part = [start];
    seen[start] = 1;
    for (const at of part) {
      const [row, column] = [Math.floor(at / width), at % width];
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          const near = y * width + x;
          if (ink[near] === 0 || seen[near] === 1) continue;
          seen[near] = 1;
          part.push(near);
        }
    }
    parts.push(part);
  }
  return parts;
}
