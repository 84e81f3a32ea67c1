import type { HostArray } from "../tensor/dtype.js";

/** Element types that Figment reads and writes, under the safetensors names. */
export type StoredDType = "F64" | "I64" | "F32" | "I32" | "BF16" | "F16" | "U8" | "BOOL";

interface ElementCoding {
  readonly bytes: number;
  /** Whether this type can store an array. */
  readonly accepts: (data: HostArray) => boolean;
  /** The arrays that `accepts` takes, for messages. */
  readonly host: string;
  readonly toBytes: (data: HostArray) => Uint8Array;
  /** @param bytes  a copy that the result may own, at the start of its own buffer */
  readonly fromBytes: (bytes: Uint8Array<ArrayBuffer>) => HostArray;
}

/**
 * The array's own bytes. Typed arrays are little-endian on every platform of ours, like the format.
 */
const rawBytes = (data: HostArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const isFloat32 = (data: HostArray): data is Float32Array => data instanceof Float32Array;

/** In the order of tensors in a file: widest first, so that each stays aligned. */
export const ELEMENT_CODINGS: Readonly<Record<StoredDType, ElementCoding>> = {
  I64: {
    bytes: 8,
    accepts: (data) => data instanceof BigInt64Array,
    host: "BigInt64Array",
    toBytes: rawBytes,
    fromBytes: ({ buffer }) => new BigInt64Array(buffer),
  },
  F64: {
    bytes: 8,
    accepts: (data) => data instanceof Float64Array,
    host: "Float64Array",
    toBytes: rawBytes,
    fromBytes: ({ buffer }) => new Float64Array(buffer),
  },
  F32: {
    bytes: 4,
    accepts: isFloat32,
    host: "Float32Array",
    toBytes: rawBytes,
    fromBytes: ({ buffer }) => new Float32Array(buffer),
  },
  I32: {
    bytes: 4,
    accepts: (data) => data instanceof Int32Array,
    host: "Int32Array",
    toBytes: rawBytes,
    fromBytes: ({ buffer }) => new Int32Array(buffer),
  },
  BF16: {
    bytes: 2,
    accepts: isFloat32,
    host: "Float32Array",
    toBytes: (data) => narrow(data, bfloat16Bits),
    fromBytes: (bytes) => widen(bytes, bfloat16Values),
  },
  F16: {
    bytes: 2,
    accepts: isFloat32,
    host: "Float32Array",
    toBytes: (data) => narrow(data, float16Bits),
    fromBytes: (bytes) => widen(bytes, float16Values),
  },
  U8: {
    bytes: 1,
    accepts: (data) => data instanceof Uint8Array,
    host: "Uint8Array",
    toBytes: rawBytes,
    fromBytes: (bytes) => bytes,
  },
  BOOL: {
    bytes: 1,
    accepts: (data) => data instanceof Uint8Array && data.every((value) => value <= 1),
    host: "Uint8Array of 0 and 1",
    toBytes: rawBytes,
    fromBytes: (bytes) => bytes,
  },
};

export const STORED_DTYPES = Object.keys(ELEMENT_CODINGS) as readonly StoredDType[];

function narrow(data: HostArray, toBits: (float32Bits: number) => number): Uint8Array {
  const source = new Uint32Array(new Float32Array(data as Float32Array).buffer);
  return new Uint8Array(Uint16Array.from(source, toBits).buffer);
}

/** @param table  the value of each pattern of 16 bits */
function widen(bytes: Uint8Array<ArrayBuffer>, table: () => Float32Array): Float32Array {
  const [patterns, values] = [new Uint16Array(bytes.buffer), table()];
  const widened = new Float32Array(patterns.length);
  for (let at = 0; at < widened.length; at++) widened[at] = values[patterns[at]];
  return widened;
}

/** Weights are millions of elements of two bytes, which have few values: each is worked out once. */
function tableOf(toValue: (bits: number) => number): () => Float32Array {
  let table: Float32Array | undefined;
  return () => {
    table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => toValue(bits));
    return table;
  };
}

/**
 * Rounds binary32 bits to IEEE 754 binary16 bits: to nearest, ties to even, overflow to infinity.
 */
function float16Bits(float32Bits: number): number {
  const sign = (float32Bits >>> 16) & 0x8000;
  const magnitude = float32Bits & 0x7fffffff;
  const infinity = 0x7f800000;
  const overflow = 0x477ff000; // 65520, half-way between the largest binary16 and 2^16
  const smallestNormal = 0x38800000; // 2^-14
  if (magnitude > infinity) return sign | 0x7e00;
  if (magnitude >= overflow) return sign | 0x7c00;
  if (magnitude >= smallestNormal) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // A subnormal counts units of 2^-24; the significand of a binary32 counts units of 2^(e-150).
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const units = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && units % 2 === 1) ? units + 1 : units);
}

const float16Values = tableOf((bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

/** The upper half of binary32 bits, rounded to nearest, ties to even; NaN stays NaN. */
function bfloat16Bits(float32Bits: number): number {
  if ((float32Bits & 0x7fffffff) > 0x7f800000) return (float32Bits >>> 16) | 0x40;
  return (float32Bits + 0x7fff + ((float32Bits >>> 16) & 1)) >>> 16;
}

const bfloat16Values = tableOf((bits) => {
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
});
