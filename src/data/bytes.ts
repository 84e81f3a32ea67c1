import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { DataError } from "../core/errors.js";
import { fileError } from "./file-error.js";

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The content of a file, unpacked where it is gzipped (told by its first two bytes, not its name).
 * For a page, package.json's "browser" map puts `bytes.browser.ts` in this file's place.
 *
 * @throws DataError when the file cannot be read or its gzip stream is damaged
 */
export async function readBytes(file: string | URL): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw fileError(`${file}`, error);
  }
  return isGzip(bytes) ? gunzip(bytes, `${file}`) : bytes;
}

/** @throws DataError when the gzip stream is truncated or damaged */
export function gunzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new DataError(`the gzip stream is damaged or cut off (${reason})`, file);
  }
}
