import { stridesOf } from "../../tensor/shape.js";

/** Row-major values of any data type. Booleans are 0 or 1; integers are exact below 2^53. */
export interface NDArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/**
 * Positions of the elements of a strided view, in row-major order of the view.
 *
 * Every rearrangement reads or writes at such positions: broadcasting uses a stride of 0, transposition
 * permutes strides, a slice has a start and longer strides, reversal a negative stride.
 */
export function positions(
  shape: readonly number[],
  strides: readonly number[],
  start = 0,
): Int32Array {
  let result = Int32Array.of(start);
  shape.forEach((length, axis) => {
    const longer = new Int32Array(result.length * length);
    let next = 0;
    for (const base of result) {
      for (let step = 0; step < length; step++) longer[next++] = base + step * strides[axis];
    }
    result = longer;
  });
  return result;
}

/** The elements at the given positions. */
export function pick(data: Float64Array, from: Int32Array): Float64Array {
  const result = new Float64Array(from.length);
  for (let index = 0; index < from.length; index++) result[index] = data[from[index]];
  return result;
}

/** Strides that read an array of `from` as if it had the shape `to`, by NumPy's broadcasting. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(from);
  const extra = to.length - from.length;
  return to.map((_, axis) => (axis < extra || from[axis - extra] === 1 ? 0 : own[axis - extra]));
}

/** The elements repeated to fill the shape. */
export function broadcast({ data, shape }: NDArray, to: readonly number[]): Float64Array {
  const same = shape.length === to.length && shape.every((length, axis) => length === to[axis]);
  return same ? data : pick(data, positions(to, broadcastStrides(shape, to)));
}

/** The sub-arrays along some axes, one for each position on the other axes. */
export interface Lanes {
  /** Start of each lane, in row-major order of the other axes. */
  readonly starts: Int32Array;
  /** Positions of a lane's elements relative to its start. */
  readonly offsets: Int32Array;
}

/** Cuts an array into lanes along the axes. */
export function lanesOf(shape: readonly number[], axes: readonly number[]): Lanes {
  const strides = stridesOf(shape);
  const along = (wanted: boolean) => {
    const chosen = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === wanted);
    return positions(
      chosen.map((axis) => shape[axis]),
      chosen.map((axis) => strides[axis]),
    );
  };
  return { starts: along(false), offsets: along(true) };
}
