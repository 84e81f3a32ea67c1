/** Element types. The reference interpreter computes in `float64`; `bool` holds 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "int64" | "bool";

/** The host array that holds the elements of each data type. */
export interface HostArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

export type HostArray = HostArrays[DType];

/** Row-major elements as plain numbers, exact for float64 and for integers below 2^53. */
export type TensorValues = Float32Array | Float64Array | readonly number[];

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  int64: 8,
  bool: 1,
};

export function isFloating(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** The classes of host arrays. */
export const hostArrayOf = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** A zeroed host array of `length` elements. */
export function allocate<D extends DType>(dtype: D, length: number): HostArrays[D];
export function allocate(dtype: DType, length: number): HostArray {
  return new hostArrayOf[dtype](length);
}

/** Copies plain numbers into a host array of the data type; integers and booleans must be whole. */
export function toHostArray<D extends DType>(dtype: D, values: ArrayLike<number>): HostArrays[D];
export function toHostArray(dtype: DType, values: ArrayLike<number>): HostArray {
  if (dtype === "int64") return BigInt64Array.from(Array.from(values), (value) => BigInt(value));
  const result = allocate(dtype, values.length) as Exclude<HostArray, BigInt64Array>;
  result.set(values);
  return result;
}

/** The elements of a host array as plain numbers. */
export function toNumbers(array: HostArray): Float64Array {
  return array instanceof BigInt64Array
    ? Float64Array.from(array, (value) => Number(value))
    : Float64Array.from(array);
}
