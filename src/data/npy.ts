import { DataError } from "../core/errors.js";
import { writeNamedFile } from "../core/named-file.js";
import { readBytes } from "./bytes.js";
import { fileError } from "./file-error.js";
import { MAGIC, type NpyArray, parseNpy } from "./parse-npy.js";

/** Reads a `.npy` file. @throws DataError as {@link parseNpy} */
export const readNpy = async (file: string): Promise<NpyArray> =>
  parseNpy(await readBytes(file), file);

/** Elements that can be written: float32, uint8 or int32. */
type WritableNpy = Float32Array | Uint8Array | Int32Array;

/** Encodes a `.npy` file, format 1.0, little-endian, with its elements on a 64-byte boundary. */
export function encodeNpy(data: WritableNpy, shape: readonly number[]): Uint8Array {
  const descr = data instanceof Uint8Array ? "|u1" : data instanceof Int32Array ? "<i4" : "<f4";
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const entries = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const headerLength = Math.ceil((10 + entries.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength + data.byteLength);
  bytes.set([...MAGIC, 1, 0, headerLength & 255, headerLength >>> 8]);
  bytes.set(new TextEncoder().encode(`${entries.padEnd(headerLength - 1)}\n`), 10);
  const view = new DataView(bytes.buffer, 10 + headerLength);
  if (data instanceof Uint8Array) bytes.set(data, 10 + headerLength);
  else {
    const set = data instanceof Int32Array ? view.setInt32 : view.setFloat32;
    for (let i = 0; i < data.length; i++) set.call(view, 4 * i, data[i], true);
  }
  return bytes;
}

/**
 * Writes an array atomically, in the format that NumPy's `np.load` reads.
 *
 * @param data   row-major; its length is the product of `shape`
 * @throws DataError when length and shape differ or the file cannot be written
 */
export async function writeNpy(
  file: string,
  data: WritableNpy,
  shape: readonly number[],
): Promise<void> {
  if (data.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new DataError(`${data.length} values do not fill an array of ${shape.join("×")}`, file);
  }
  await writeNamedFile(file, encodeNpy(data, shape)).catch((error) => {
    throw fileError(file, error);
  });
}
