import { pixelsPerImage } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import type { Images } from "../core/images.js";
import { formatImageShape } from "./image-set.js";

/** The layout of a grid. */
export interface GridOptions {
  /** Images per row; by default about as many as rows. */
  readonly columns?: number;
  /** Dark pixels around each image; 2 by default. */
  readonly padding?: number;
  /** Whole factor that enlarges each pixel; by default the longer side of an image becomes at least 56 pixels. */
  readonly scale?: number;
}

/** A picture in memory. */
export interface Grid {
  /** [height, width, channels] bytes. */
  readonly bytes: Uint8Array;
  /** Width in pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const VIEWABLE = 56;
const PADDING_VALUE = 32;

/**
 * Lays out images row by row, enlarging pixels without smoothing.
 *
 * @param images  [N, C, H, W] with C 1 or 3; values outside [0, 1] are clipped
 * @param file    named in errors
 * @throws DataError when a pixel is NaN or the shape does not fit
 */
export function drawGrid(images: Images, options: GridOptions = {}, file?: string): Grid {
  const { count, channels, height, width, pixelsUnit } = images;
  const {
    columns = Math.max(1, Math.ceil(Math.sqrt(count))),
    padding = 2,
    scale = Math.max(1, Math.ceil(VIEWABLE / Math.max(height, width))),
  } = options;
  const fits =
    count > 0 &&
    (channels === 1 || channels === 3) &&
    pixelsUnit.length === count * pixelsPerImage(images);
  if (!fits) {
    throw new DataError(
      `${pixelsUnit.length} values do not make ${count} grey or colour images of ${formatImageShape(images)}`,
      file,
    );
  }
  for (const [name, value, least] of [
    ["columns", columns, 1],
    ["padding", padding, 0],
    ["scale", scale, 1],
  ] as const)
    if (!(Number.isInteger(value) && value >= least)) {
      throw new DataError(`the ${name} must be a whole number ≥ ${least}, not ${value}`, file);
    }
  const broken = pixelsUnit.findIndex(Number.isNaN);
  if (broken >= 0) throw new DataError(`pixel ${broken} is not a number; nothing is written`, file);
  const across = Math.min(columns, count);
  const gridWidth = across * (width * scale + padding) + padding;
  const gridHeight = Math.ceil(count / columns) * (height * scale + padding) + padding;
  const bytes = new Uint8Array(gridWidth * gridHeight * channels).fill(PADDING_VALUE);
  for (let n = 0; n < count; n++) {
    const top = Math.floor(n / columns) * (height * scale + padding) + padding;
    const left = (n % columns) * (width * scale + padding) + padding;
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height * scale; y++)
        for (let x = 0; x < width * scale; x++) {
          const row = (n * channels + c) * height + Math.floor(y / scale);
          const value = pixelsUnit[row * width + Math.floor(x / scale)];
          const unit = Math.min(1, Math.max(0, value));
          bytes[((top + y) * gridWidth + left + x) * channels + c] = Math.round(unit * 255);
        }
  }
  return { bytes, width: gridWidth, height: gridHeight, channels: channels as 1 | 3 };
}
