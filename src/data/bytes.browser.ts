import { DataError } from "../core/errors.js";
import { formatBytes, MOST_UNPACKED } from "./limits.js";

/**
 * Fetches a URL and unpacks the content if gzipped (judging by its first two bytes, not its name).
 *
 * @param mostUnpacked  largest unpacked size of a gzip stream in bytes
 * @throws DataError when it cannot be fetched or its gzip stream is damaged or too long
 */
export async function readBytes(
  file: string | URL,
  mostUnpacked = MOST_UNPACKED,
): Promise<Uint8Array> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      `the file could not be fetched (${messageOf(cause)}); check that the server has it. ` +
        "Figment's own files are in node_modules/figment/assets",
      `${file}`,
    );
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, `${file}`, mostUnpacked) : bytes;
}

async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  mostUnpacked: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    const reader = new Blob([bytes])
      .stream()
      .pipeThrough(new DecompressionStream("gzip"))
      .getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > mostUnpacked) {
        await reader.cancel();
        break;
      }
      chunks.push(part.value);
    }
  } catch (cause) {
    throw new DataError(`the gzip stream is damaged or cut off (${messageOf(cause)})`, file);
  }
  if (length > mostUnpacked) {
    throw new DataError(`the gzip stream holds more than ${formatBytes(mostUnpacked)}`, file);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : `${cause}`);
