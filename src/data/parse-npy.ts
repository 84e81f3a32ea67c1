import { DataError } from "../core/errors.js";
import { parseNpyHeader } from "./npy-header.js";

/** NumPy's name of an element type. */
export type NpyType =
  | "bool"
  | `${"int" | "uint"}${8 | 16 | 32 | 64}`
  | "float16"
  | "float32"
  | "float64";

/** An array of a `.npy` file, row-major. */
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

/** The first bytes of a `.npy` file. */
export const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy, too, refuses a longer header as an attack. */
const MOST_HEADER_BYTES = 10_000;

/**
 * Parses the bytes of a `.npy` file, format 1, 2 or 3, of either byte order. It converts Fortran
 * order to row-major order.
 *
 * @param file  named in errors
 * @throws DataError with the byte offset when the header is wrong, the length does not fit it, or
 *   the elements are structured or not numbers
 * @source numpy.lib.format, versions 1.0 to 3.0
 */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const wrong = MAGIC.findIndex((value, i) => bytes[i] !== value);
  if (wrong >= 0) throw new DataError("this is not a .npy file: its magic is missing", file, wrong);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version, minor] = bytes.subarray(6);
  if ((version !== 1 && version !== 2 && version !== 3) || minor !== 0) {
    const found = `${version ?? "?"}.${minor ?? "?"}`;
    throw new DataError(`.npy format ${found} is not 1.0, 2.0 or 3.0`, file, 6);
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw new DataError("the file ends within its header", file, 8);
  const dataOffset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < dataOffset) {
    throw new DataError(
      `the header should end at byte ${dataOffset}, but the file ends before it`,
      file,
      bytes.length,
    );
  }
  if (dataOffset - start > MOST_HEADER_BYTES) {
    const length = `the header has ${dataOffset - start} bytes; the limit`;
    throw new DataError(`${length} is ${MOST_HEADER_BYTES}`, file, start);
  }
  const text = new TextDecoder("latin1").decode(bytes.subarray(start, dataOffset));
  const header = parseNpyHeader(text);
  if (typeof header === "string") throw new DataError(header, file, start);
  const { descr, shape, isFortran } = header;
  if (!(/^[<>|=]/.test(descr) && Object.hasOwn(KINDS, descr.slice(1)))) {
    throw new DataError(`elements of type ${descr} are not numbers that can be read`, file, start);
  }
  const element = KINDS[descr.slice(1)];
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = dataOffset + length * element.bytes;
  if (bytes.length !== expected) {
    throw new DataError(
      `an array of ${shape.join("×")} ${element.type} takes ${expected} bytes; ` +
        `the file has ${bytes.length}`,
      file,
      Math.min(bytes.length, expected),
    );
  }
  const body = new DataView(bytes.buffer, bytes.byteOffset + dataOffset, length * element.bytes);
  const stored = element.decode(body, descr[0] !== ">", length);
  const data = isFortran && shape.length > 1 ? rowMajor(stored, shape) : stored;
  return { shape, type: element.type, data, dataOffset };
}

/**
 * Converts an array in Fortran order (first axis fastest) to row-major order (last axis fastest).
 */
function rowMajor<A extends NpyArray["data"]>(stored: A, shape: readonly number[]): A {
  const out = stored.slice() as A;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const position = shape.map(() => 0);
  let from = 0;
  for (let at = 0; at < out.length; at++) {
    out[at] = stored[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++position[axis] < shape[axis]) break;
      from -= position[axis] * strides[axis];
      position[axis] = 0;
    }
  }
  return out;
}
