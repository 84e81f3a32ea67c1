import { DataError } from "../core/errors.js";
import { readBytes } from "./bytes.js";

/** An array of an IDX file. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  /** The byte of the unpacked file at which the elements start, for messages. */
  readonly dataOffset: number;
}

type Kind = readonly [bytes: number, read: (view: DataView, length: number) => IdxArray["data"]];

/** Element types by the third byte of the magic number. Numbers are big-endian. */
const KINDS: Readonly<Record<number, Kind>> = {
  8: [1, (v) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)],
  9: [1, (v) => new Int8Array(v.buffer, v.byteOffset, v.byteLength)],
  11: [2, (v, length) => Int16Array.from({ length }, (_, i) => v.getInt16(2 * i))],
  12: [4, (v, length) => Int32Array.from({ length }, (_, i) => v.getInt32(4 * i))],
  13: [4, (v, length) => Float32Array.from({ length }, (_, i) => v.getFloat32(4 * i))],
  14: [8, (v, length) => Float64Array.from({ length }, (_, i) => v.getFloat64(8 * i))],
};

/** Reads an IDX file, plain or gzipped; in a page from a URL. @throws DataError as {@link parseIdx} */
export const readIdx = async (file: string | URL): Promise<IdxArray> =>
  parseIdx(await readBytes(file), `${file}`);

/**
 * Parses the bytes of an IDX file: two zero bytes, the element type, the number of dimensions, each
 * dimension as a 32-bit number, then the elements, row-major.
 *
 * @param file  named in errors
 * @throws DataError with the byte offset when the header is wrong or the length does not fit it
 * @source LeCun, Cortes & Burges, "The MNIST database of handwritten digits", the IDX file format
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const [zero0, zero1, code, rank] = bytes;
  const kind = KINDS[code ?? -1];
  if (rank === undefined) {
    throw new DataError(
      `the file ends within the magic number; it has ${bytes.length} bytes`,
      file,
      bytes.length,
    );
  }
  if (zero0 !== 0 || zero1 !== 0) {
    throw new DataError(
      `an IDX file starts with two zero bytes; found ${zero0} ${zero1}`,
      file,
      zero0 === 0 ? 1 : 0,
    );
  }
  if (kind === undefined) {
    throw new DataError(
      `element type ${code} is not one of IDX's ${Object.keys(KINDS).join(", ")}`,
      file,
      2,
    );
  }
  if (rank === 0) throw new DataError("the array has no dimensions", file, 3);
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) {
    throw new DataError(
      `the file ends within its ${rank} dimensions; the header has ${dataOffset} bytes`,
      file,
      bytes.length,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const [bytesEach, read] = kind;
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = dataOffset + length * bytesEach;
  if (bytes.length !== expected) {
    throw new DataError(
      `an array of ${shape.join("×")} takes ${expected} bytes; the file has ${bytes.length}, ` +
        (bytes.length < expected ? "so it is cut off" : "so there are extra bytes after the array"),
      file,
      Math.min(bytes.length, expected),
    );
  }
  const body = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, length * bytesEach);
  return { shape, data: read(body, length), dataOffset };
}
