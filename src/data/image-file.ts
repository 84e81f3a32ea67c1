import type { ImageShape } from "../core/batch.js";
import { fileError } from "./file-error.js";
import type { Resize } from "./resize.js";
import { loadSharp } from "./sharp.js";

const EXTENSIONS = [".png", ".jpg", ".jpeg", ".webp"];

/** True for the name of a PNG, JPEG or WebP file. */
export const isImageFile = (file: string) =>
  EXTENSIONS.some((extension) => file.toLowerCase().endsWith(extension));

/**
 * Size of an image file as it is to be seen (turned as its camera says), from its header alone.
 *
 * @returns channels is 1 for a grey image, else 3; transparency is not counted
 * @throws DataError naming the file when it is not a readable image
 */
export async function imageFileShape(file: string): Promise<ImageShape> {
  const sharp = await loadSharp();
  try {
    const { autoOrient, channels, space } = await sharp(file).metadata();
    const isGrey = channels < 3 && space !== "srgb";
    return { channels: isGrey ? 1 : 3, height: autoOrient.height, width: autoOrient.width };
  } catch (error) {
    throw fileError(file, error);
  }
}

/** Pixels of an image file. */
export interface DecodedImage extends ImageShape {
  /** [C, H, W] bytes */
  readonly pixels: Uint8Array;
}

/**
 * Decodes an image file to bytes: turned as its camera says, transparency laid on white, reduced to
 * eight bits, colour turned to grey (luma) or grey to colour, and resized by an antialiased triangle
 * filter where a size is given.
 *
 * @throws DataError naming the file when it is missing, damaged or not an image
 */
export async function decodeImage(
  file: string,
  channels: number,
  resize?: Resize,
): Promise<DecodedImage> {
  const sharp = await loadSharp();
  try {
    let pipeline = sharp(file).rotate().flatten({ background: "#ffffff" });
    if (resize !== undefined)
      pipeline = pipeline.resize({
        width: resize.width,
        height: resize.height,
        fit: resize.fit,
        kernel: "linear",
      });
    const { data, info } = await pipeline
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { height, width } = info;
    return { channels, height, width, pixels: toPlanes(data, info.channels, channels) };
  } catch (error) {
    throw fileError(file, error);
  }
}

/** [H, W, stored] → [channels, H, W]; grey is repeated where colour is asked for. */
export function toPlanes(interleaved: Uint8Array, stored: number, channels: number): Uint8Array {
  const size = interleaved.length / stored;
  const planes = new Uint8Array(channels * size);
  for (let c = 0; c < channels; c++) {
    const from = Math.min(c, stored - 1);
    for (let i = 0; i < size; i++) planes[c * size + i] = interleaved[i * stored + from]!;
  }
  return planes;
}
