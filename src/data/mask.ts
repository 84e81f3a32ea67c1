import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { decodeImage } from "./image-file.js";

/** Named parts of an image that can be hidden. */
export const maskNames = ["top", "bottom", "left", "right", "centre"] as const;
export type MaskName = (typeof maskNames)[number];

/**
 * The mask that hides a part of an image: a half, or for `centre` the middle half of both sides.
 *
 * @returns  [H · W] 1 where the pixel is given, 0 where it is hidden
 */
export function maskNamed(
  name: MaskName,
  { height, width }: Pick<ImageShape, "height" | "width">,
): Uint8Array {
  const hidden: Readonly<Record<MaskName, (y: number, x: number) => boolean>> = {
    top: (y) => y < height / 2,
    bottom: (y) => y >= height / 2,
    left: (_, x) => x < width / 2,
    right: (_, x) => x >= width / 2,
    centre: (y, x) =>
      Math.abs(y + 0.5 - height / 2) < height / 4 && Math.abs(x + 0.5 - width / 2) < width / 4,
  };
  return Uint8Array.from({ length: height * width }, (_, at) =>
    hidden[name](Math.floor(at / width), at % width) ? 0 : 1,
  );
}

/**
 * Reads a mask from an image file: white is hidden, black is given.
 *
 * @returns  [H · W] 1 where the pixel is given, 0 where it is hidden
 * @throws DataError when the file cannot be read or has another size
 */
export async function maskFromFile(
  file: string,
  { height, width }: Pick<ImageShape, "height" | "width">,
): Promise<Uint8Array> {
  const mask = await decodeImage(file, 1);
  if (mask.height !== height || mask.width !== width) {
    throw new DataError(
      `the mask is ${mask.height}×${mask.width} pixels; the images are ${height}×${width}`,
      file,
    );
  }
  return mask.pixels.map((grey) => (grey >= 128 ? 0 : 1));
}
