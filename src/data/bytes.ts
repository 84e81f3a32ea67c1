import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { DataError } from "../core/errors.js";
import { fileError } from "./file-error.js";
import { formatBytes, MOST_UNPACKED } from "./limits.js";

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Reads a file and unpacks it if gzipped (judging by its first two bytes, not its name). In a page,
 * package.json's "browser" map substitutes `bytes.browser.ts`.
 *
 * @param mostUnpacked  largest unpacked size of a gzip stream in bytes
 * @throws DataError when the file cannot be read or is not a regular file, or its gzip stream is
 *   damaged, too long or followed by other bytes
 */
export async function readBytes(
  file: string | URL,
  mostUnpacked = MOST_UNPACKED,
): Promise<Uint8Array> {
  const bytes = await readRegularFile(file);
  return isGzip(bytes) ? gunzip(bytes, `${file}`, mostUnpacked) : bytes;
}

/**
 * Reads a file without unpacking. It refuses pipes and devices, which may never end.
 *
 * @throws DataError when it cannot be read, is not a regular file or is longer than `mostBytes`
 */
export async function readRegularFile(
  file: string | URL,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  return withRegularFile(file, async (handle, size) => {
    if (size > mostBytes) {
      const sizes = `${formatBytes(size)}; the limit is ${formatBytes(mostBytes)}`;
      throw new DataError(`the file has ${sizes}`, `${file}`);
    }
    return handle.readFile();
  });
}

/**
 * Reads the first bytes of a file, fewer if it is shorter. @throws DataError as
 * {@link readRegularFile}
 */
export const readFirstBytes = (file: string, count: number): Promise<Uint8Array> =>
  withRegularFile(file, async (handle) => {
    const { buffer, bytesRead } = await handle.read({ buffer: new Uint8Array(count), position: 0 });
    return buffer.subarray(0, bytesRead);
  });

async function withRegularFile<T>(
  file: string | URL,
  read: (handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      if (found.isDirectory()) throw new DataError("this is a folder; a file is needed", `${file}`);
      if (!found.isFile()) throw new DataError("this is a pipe or a device, not a file", `${file}`);
      return await read(handle, found.size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(`${file}`, error);
  }
}

/** @throws DataError when the gzip stream is damaged, too long or followed by other bytes */
export function gunzip(bytes: Uint8Array, file: string, mostUnpacked = MOST_UNPACKED): Uint8Array {
  let unpacked: ReturnType<typeof gunzipWithInfo>;
  try {
    unpacked = gunzipWithInfo(bytes, mostUnpacked);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") {
      throw new DataError(
        `the gzip stream holds more than ${formatBytes(mostUnpacked)}; unpack it yourself`,
        file,
      );
    }
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new DataError(`the gzip stream is damaged or cut off (${reason})`, file);
  }
  const { buffer, engine } = unpacked;
  if (engine.bytesWritten !== bytes.length) {
    throw new DataError("there are extra bytes after the gzip stream", file, engine.bytesWritten);
  }
  return buffer;
}

/** Node's types lack the result of the option `info`. */
const gunzipWithInfo = (bytes: Uint8Array, maxOutputLength: number) =>
  gunzipSync(bytes, { info: true, maxOutputLength }) as unknown as {
    readonly buffer: Uint8Array;
    readonly engine: { readonly bytesWritten: number };
  };
