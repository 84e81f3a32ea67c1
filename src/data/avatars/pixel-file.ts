import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { DataError } from "../../core/errors.js";
import { syncFile } from "../../core/open-file.js";
import { fileError } from "../file-error.js";

const DIGEST_BYTES = 32;

/** A file of images of one size: their bytes one after the other, then the SHA-256 of them all. */
export interface PixelFile {
  readonly file: string;
  readonly count: number;
  readonly bytesPerImage: number;
}

/** Length of the complete file in bytes. */
export const pixelFileBytes = ({ count, bytesPerImage }: Omit<PixelFile, "file">): number =>
  count * bytesPerImage + DIGEST_BYTES;

/**
 * Writes images as they arrive.
 *
 * @throws DataError when the file cannot be written
 */
export async function writePixelFile(
  file: string,
  images: AsyncIterable<Uint8Array>,
): Promise<void> {
  const hash = createHash("sha256");
  const handle = await open(file, "wx").catch((error) => {
    throw fileError(file, error);
  });
  try {
    for await (const bytes of images) {
      hash.update(bytes);
      await handle.writeFile(bytes).catch((error) => {
        throw fileError(file, error);
      });
    }
    await handle.writeFile(hash.digest());
    await syncFile(handle);
  } finally {
    await handle.close();
  }
}

/**
 * Describes what is wrong with a file; undefined where nothing is.
 *
 * @throws DataError when it cannot be read
 */
export async function pixelFileProblem(pixels: PixelFile): Promise<string | undefined> {
  const end = pixels.count * pixels.bytesPerImage;
  const hash = createHash("sha256");
  const stored: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(pixels.file, { end: end - 1 })) hash.update(chunk);
    for await (const chunk of createReadStream(pixels.file, { start: end })) stored.push(chunk);
  } catch (error) {
    throw fileError(pixels.file, error);
  }
  return Buffer.concat(stored).equals(hash.digest())
    ? undefined
    : "the pixels do not match the SHA-256 at the file's end";
}

/**
 * Reads images at any indices.
 *
 * @param visit  receives the bytes of the b-th index, which are overwritten after it returns
 * @throws DataError when the file cannot be read or is too short
 */
export async function readPixelFile(
  { file, bytesPerImage }: PixelFile,
  indices: ArrayLike<number>,
  visit: (bytes: Uint8Array, b: number) => void,
): Promise<void> {
  const bytes = new Uint8Array(bytesPerImage);
  const handle = await open(file).catch((error) => {
    throw fileError(file, error);
  });
  try {
    for (let b = 0; b < indices.length; b++) {
      const position = indices[b] * bytesPerImage;
      const { bytesRead } = await handle.read({ buffer: bytes, position }).catch((error) => {
        throw fileError(file, error);
      });
      if (bytesRead < bytesPerImage) throw new DataError("the file is truncated", file, position);
      visit(bytes, b);
    }
  } finally {
    await handle.close();
  }
}
