import { DataError } from "../core/errors.js";
import { writeNamedFile } from "../core/named-file.js";
import { readBytes } from "./bytes.js";
import { fileError } from "./file-error.js";

/** The name of an element type, as NumPy says it. */
export type NpyType =
  | "bool"
  | `${"int" | "uint"}${8 | 16 | 32 | 64}`
  | "float16"
  | "float32"
  | "float64";

/** An array as a `.npy` file holds it, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly type: NpyType;
  /** Elements; 64-bit integers are Float64Array and exact, float16 is Float32Array, bool is 0 or 1. */
  readonly data:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array;
  /** The byte at which the elements start, for messages. */
  readonly dataOffset: number;
}

interface Kind {
  readonly type: NpyType;
  readonly bytes: number;
  readonly decode: (view: DataView, little: boolean, length: number) => NpyArray["data"];
}

const KINDS: Readonly<Record<string, Kind>> = {
  b1: { type: "bool", bytes: 1, decode: (v) => bytesOf(v) },
  u1: { type: "uint8", bytes: 1, decode: (v) => bytesOf(v) },
  i1: { type: "int8", bytes: 1, decode: (v) => new Int8Array(bytesOf(v).buffer) },
  u2: kind("uint16", 2, Uint16Array, (v, at, le) => v.getUint16(at, le)),
  i2: kind("int16", 2, Int16Array, (v, at, le) => v.getInt16(at, le)),
  u4: kind("uint32", 4, Uint32Array, (v, at, le) => v.getUint32(at, le)),
  i4: kind("int32", 4, Int32Array, (v, at, le) => v.getInt32(at, le)),
  u8: kind("uint64", 8, Float64Array, (v, at, le) => Number(v.getBigUint64(at, le))),
  i8: kind("int64", 8, Float64Array, (v, at, le) => Number(v.getBigInt64(at, le))),
  f2: kind("float16", 2, Float32Array, (v, at, le) => halfToNumber(v.getUint16(at, le))),
  f4: kind("float32", 4, Float32Array, (v, at, le) => v.getFloat32(at, le)),
  f8: kind("float64", 8, Float64Array, (v, at, le) => v.getFloat64(at, le)),
};

function kind<A extends NpyArray["data"]>(
  type: NpyType,
  bytes: number,
  make: new (length: number) => A,
  get: (view: DataView, at: number, little: boolean) => number,
): Kind {
  const decode = (view: DataView, little: boolean, length: number) => {
    const out = new make(length);
    for (let i = 0; i < length; i++) out[i] = get(view, i * bytes, little);
    return out;
  };
  return { type, bytes, decode };
}

const bytesOf = (view: DataView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Reads a `.npy` file. @throws DataError as {@link parseNpy} */
export const readNpy = async (file: string): Promise<NpyArray> =>
  parseNpy(await readBytes(file), file);

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * The array in the bytes of a `.npy` file, format 1, 2 or 3, of either byte order.
 *
 * @param file  named in errors
 * @throws DataError with the byte offset when the header is wrong, the length does not fit it, or the
 *                   elements are in Fortran order, structured or of a type that is not a number
 * @source numpy.lib.format, versions 1.0 to 3.0
 */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const wrong = MAGIC.findIndex((value, i) => bytes[i] !== value);
  if (wrong >= 0) throw new DataError("this is not a .npy file: its magic is missing", file, wrong);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3)
    throw new DataError(`.npy format ${version ?? "?"} is not 1, 2 or 3`, file, 6);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw new DataError("the file ends within its header", file, 8);
  const dataOffset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < dataOffset)
    throw new DataError(
      `the header ends at byte ${dataOffset}, the file before it`,
      file,
      bytes.length,
    );
  const header = new TextDecoder().decode(bytes.subarray(start, dataOffset));
  const { descr, shape } = parseHeader(header, file, start);
  const element = KINDS[descr.slice(1)]!;
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = dataOffset + length * element.bytes;
  if (bytes.length !== expected)
    throw new DataError(
      `an array of ${shape.join("×")} ${element.type} takes ${expected} bytes; ` +
        `the file has ${bytes.length}`,
      file,
      Math.min(bytes.length, expected),
    );
  const body = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, length * element.bytes);
  const data = element.decode(body, descr[0] !== ">", length);
  return { shape, type: element.type, data, dataOffset };
}

/** The three entries of the header, a Python dictionary in a fixed style. */
function parseHeader(header: string, file: string, at: number) {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const dims = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined && /'descr'\s*:\s*\[/.test(header))
    throw new DataError("the array is structured; save one plain array", file, at);
  if (descr === undefined || order === undefined || dims === undefined)
    throw new DataError("the header lacks descr, fortran_order or shape", file, at);
  if (!(/^[<>|=]/.test(descr) && Object.hasOwn(KINDS, descr.slice(1))))
    throw new DataError(`elements of type ${descr} are not numbers that can be read`, file, at);
  const shape = dims
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  if (!shape.every(Number.isSafeInteger))
    throw new DataError(`the shape (${dims}) is not one of whole numbers`, file, at);
  if (order === "True" && shape.length > 1)
    throw new DataError(
      "the array is in Fortran order; save numpy.ascontiguousarray(array) instead",
      file,
      at,
    );
  return { descr, shape };
}

/** The bytes of a `.npy` file, format 1.0, little-endian, with its elements on a 64-byte boundary. */
export function encodeNpy(data: Float32Array | Uint8Array, shape: readonly number[]): Uint8Array {
  const descr = data instanceof Uint8Array ? "|u1" : "<f4";
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const entries = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const headerLength = Math.ceil((10 + entries.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength + data.byteLength);
  bytes.set([...MAGIC, 1, 0, headerLength & 255, headerLength >>> 8]);
  bytes.set(new TextEncoder().encode(`${entries.padEnd(headerLength - 1)}\n`), 10);
  const view = new DataView(bytes.buffer, 10 + headerLength);
  if (data instanceof Uint8Array) bytes.set(data, 10 + headerLength);
  else for (let i = 0; i < data.length; i++) view.setFloat32(4 * i, data[i]!, true);
  return bytes;
}

/**
 * Writes an array as NumPy's `np.load` reads it, whole or not at all.
 *
 * @param data   row-major; its length is the product of `shape`
 * @throws DataError when length and shape differ or the file cannot be written
 */
export async function writeNpy(
  file: string,
  data: Float32Array | Uint8Array,
  shape: readonly number[],
): Promise<void> {
  if (data.length !== shape.reduce((product, size) => product * size, 1))
    throw new DataError(`${data.length} values are not an array of ${shape.join("×")}`, file);
  await writeNamedFile(file, encodeNpy(data, shape)).catch((error) => {
    throw fileError(file, error);
  });
}
