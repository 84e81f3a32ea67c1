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
 * Draws images as one PNG, row by row; pixels are enlarged as they are, without smoothing.
 *
 * @param images  [N, C, H, W] with C 1 or 3; values outside [0, 1] are clipped
 * @param what    named in errors
 * @throws DataError when a pixel is NaN or the shape does not fit
 */
export async function encodeGrid(
  images: Images,
  options?: GridOptions,
  what = "the picture",
): Promise<Picture> {
  const { bytes, ...size } = drawGrid(images, options, what);
  const sharp = await loadSharp();
  try {
    return { png: await sharp(bytes, { raw: size }).png().toBuffer(), ...size };
  } catch (error) {
    throw fileError(what, error);
  }
}

/**
 * Writes images as one PNG, row by row; pixels are enlarged without smoothing. The file appears whole or
 * not at all; missing folders are created.
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
  const picture = await encodeGrid(images, options, file);
  try {
    await makeDirectory(dirname(file));
    await writeNamedFile(file, picture.png);
    return picture;
  } catch (error) {
    throw fileError(file, error);
  }
}
