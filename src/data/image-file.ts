import type { Metadata, Sharp } from "sharp";
import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { readFirstBytes, readRegularFile } from "./bytes.js";
import {
  type ImageFormat,
  imageFormat,
  imageFormats,
  isTruncated,
  MAGIC_BYTES,
} from "./image-format.js";
import { MOST_IMAGE_BYTES, MOST_PIXELS } from "./limits.js";
import { luma } from "./luma.js";
import type { Resize } from "./resize.js";
import { loadSharp } from "./sharp.js";

/** A file exists but has no image that can be decoded. */
export class DamagedImageError extends DataError {}

/**
 * Size of an image file for display (with the camera's orientation applied), from its header alone.
 *
 * @returns channels is 1 for a grey image, else 3; an alpha channel does not count
 * @throws DamagedImageError naming the file when it is not a readable image or has more than
 *   `MOST_PIXELS` pixels
 * @throws DataError when it cannot be read
 */
export async function imageFileShape(file: string): Promise<ImageShape> {
  const format = formatOf(await readFirstBytes(file, MAGIC_BYTES), file);
  const sharp = await loadSharp();
  return shapeOf(await headerOf(sharp(file, { limitInputPixels: false }), format, file), file);
}

/** Pixels of an image file. */
export interface DecodedImage extends ImageShape {
  /** [C, H, W] bytes */
  readonly pixels: Uint8Array;
}

/**
 * Decodes an image file to bytes: applies the camera's orientation, puts transparency on white,
 * reduces to eight bits, resizes with an antialiased triangle filter if a size is given, and
 * converts between colour and grey (Rec. 601 luma). It takes the first picture of a GIF or TIFF
 * with several. The content of the file, not its name, decides its format.
 *
 * @throws DamagedImageError naming the file when it is not an image, damaged or too large
 * @throws DataError when it cannot be read
 */
export async function decodeImage(
  file: string,
  channels: number,
  resize?: Resize,
): Promise<DecodedImage> {
  const bytes = await readRegularFile(file, MOST_IMAGE_BYTES);
  const format = formatOf(bytes, file);
  if (isTruncated(bytes, format)) {
    throw new DamagedImageError(`this ${format} is truncated: its end is missing`, file);
  }
  const sharp = await loadSharp();
  const header = await headerOf(sharp(bytes, { limitInputPixels: false }), format, file);
  const shape = shapeOf(header, file);
  try {
    let pipeline = sharp(bytes, { limitInputPixels: MOST_PIXELS })
      .rotate()
      .flatten({ background: "#ffffff" });
    if (resize !== undefined) {
      pipeline = pipeline.resize({
        width: resize.width,
        height: resize.height,
        fit: resize.fit,
        kernel: "linear",
      });
    }
    const { data, info } = await pipeline
      // Of 16 bits, only the way to "srgb" keeps the white that transparency is laid on.
      .toColourspace(shape.channels === 1 && !header.hasAlpha ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { height, width } = info;
    return { channels, height, width, pixels: toPlanes(data, info.channels, channels) };
  } catch (error) {
    throw damaged(error, format, file);
  }
}

function formatOf(bytes: Uint8Array, file: string): ImageFormat {
  const format = imageFormat(bytes);
  if (format !== undefined) return format;
  if (bytes.length === 0) throw new DamagedImageError("this file is empty", file);
  const known = `${imageFormats.slice(0, -1).join(", ")} or ${imageFormats.at(-1)}`;
  throw new DamagedImageError(`the content of this file is not ${known}`, file);
}

async function headerOf(image: Sharp, format: ImageFormat, file: string): Promise<Metadata> {
  try {
    return await image.metadata();
  } catch (error) {
    throw damaged(error, format, file);
  }
}

function shapeOf({ autoOrient, channels, space }: Metadata, file: string): ImageShape {
  const { height, width } = autoOrient;
  if (height * width > MOST_PIXELS) {
    throw new DamagedImageError(
      `the image is ${height}×${width}; the limit is ${MOST_PIXELS.toLocaleString("en")} pixels`,
      file,
    );
  }
  const isGrey = channels < 3 && space !== "srgb";
  return { channels: isGrey ? 1 : 3, height, width };
}

/** Translates a decoder's message for the owner of the file. */
function damaged(error: unknown, format: ImageFormat, file: string): DamagedImageError {
  const message = error instanceof Error ? error.message : `${error}`;
  // The library does not recognise a TIFF that ends before its directory.
  if (/premature end|not enough data|unexpected end|unsupported image format/i.test(message)) {
    return new DamagedImageError(`this ${format} is truncated`, file);
  }
  const reasons = message
    .split("\n")
    .map((line) => line.replace(/^Input (buffer|file) has corrupt header:/, "").trim())
    .filter((line) => line !== "" && !line.includes("failOn setting"));
  const [reason = "its header cannot be read"] = reasons;
  return new DamagedImageError(`this ${format} is damaged (${reason})`, file);
}

/** [H, W, stored] → [channels, H, W]; grey is repeated to make colour. */
export function toPlanes(interleaved: Uint8Array, stored: number, channels: number): Uint8Array {
  const size = interleaved.length / stored;
  const planes = new Uint8Array(channels * size);
  if (channels === 1 && stored >= 3) {
    for (let i = 0, at = 0; i < size; i++, at += stored) {
      planes[i] = luma(interleaved[at], interleaved[at + 1], interleaved[at + 2]);
    }
    return planes;
  }
  for (let c = 0; c < channels; c++) {
    const from = Math.min(c, stored - 1);
    for (let i = 0; i < size; i++) planes[c * size + i] = interleaved[i * stored + from];
  }
  return planes;
}
