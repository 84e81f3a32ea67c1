import { DataError } from "../core/errors.js";

/**
 * The content behind a URL, unpacked where it is gzipped (told by its first two bytes, not its name).
 *
 * @throws DataError when it cannot be fetched or its gzip stream is damaged
 */
export async function readBytes(file: string | URL): Promise<Uint8Array> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      `the file could not be fetched (${messageOf(cause)}); see that the server has it. ` +
        "Figment's own files are in node_modules/figment/assets",
      `${file}`,
    );
  }
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, `${file}`) : bytes;
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Uint8Array> {
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    throw new DataError(`the gzip stream is damaged or cut off (${messageOf(cause)})`, file);
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : `${cause}`);
