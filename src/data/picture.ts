import { dirname } from "node:path";
import { makeDirectory } from "../core/atomic-file.js";
import type { ImageShape } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { writeNamedFile } from "../core/named-file.js";
import { fileError } from "./file-error.js";
import { drawGrid, type Grid, type GridOptions } from "./grid.js";
import { loadSharp } from "./sharp.js";

/** A picture that was written. */
export interface Picture extends Omit<Grid, "bytes"> {
  readonly png: Uint8Array;
}

/**
 * Writes one image as a PNG, pixel by pixel unless a scale is given.
 *
 * @param pixelsUnit  [C, H, W] with C 1 or 3; values outside [0, 1] are clipped
 * @throws DataError when a pixel is NaN, the shape does not fit or the file cannot be written
 */
export async function saveImage(
  file: string,
  pixelsUnit: Float32Array,
  shape: ImageShape,
  { scale = 1 }: Pick<GridOptions, "scale"> = {},
): Promise<void> {
  await saveGrid(file, { ...shape, count: 1, pixelsUnit }, { columns: 1, padding: 0, scale });
}

/**
 * Writes images row by row into one PNG, atomically. It enlarges pixels without smoothing.
 *
 * @param images  [N, C, H, W] with C 1 or 3; values outside [0, 1] are clipped
 * @returns the content of the file
 * @throws DataError when a pixel is NaN, the shape does not fit or the file cannot be written
 */
export async function saveGrid(
  file: string,
  images: Images,
  options?: GridOptions,
): Promise<Picture> {
  const { bytes, ...size } = drawGrid(images, options, file);
  const sharp = await loadSharp();
  try {
    const png = await sharp(bytes, { raw: size }).png().toBuffer();
    await makeDirectory(dirname(file));
    await writeNamedFile(file, png);
    return { png, ...size };
  } catch (error) {
    throw fileError(file, error);
  }
}
