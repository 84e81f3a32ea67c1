import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import { type Dim, elementCount } from "../shape.js";
import { constant, makeNode, requireFloating, requireNumbers, type Tensor } from "../tensor.js";
import { abs, add, exp, less, log, mul, square, stopGradient, sub, where } from "./elementwise.js";
import { resolveAxes, resolveAxis, squeeze } from "./rearrange.js";

/** Axes to reduce. Negative numbers count from the end; by default all axes are reduced. */
export type Axes = number | readonly number[];

function reduce(
  op: "sum" | "mean" | "max" | "min",
  x: Tensor,
  axes: Axes | undefined,
  keepDims: boolean,
): Tensor {
  if (op === "mean") requireFloating(op, x);
  else requireNumbers(op, x);
  const resolved = resolveAxes(op, axes, x.shape);
  if (resolved.length === 0) return x;
  if ((op === "max" || op === "min") && resolved.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError(op, "cannot reduce an empty axis", [x.shape]);
  }
  const shape = x.shape
    .map((dim, axis): Dim => (resolved.includes(axis) ? 1 : dim))
    .filter((_, axis) => keepDims || !resolved.includes(axis));
  return makeNode(op, [x], { axes: resolved, keepDims }, shape, x.dtype);
}

export const sum = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("sum", x, axes, keepDims);
/** Arithmetic mean; 0 where there is no element. */
export const mean = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("mean", x, axes, keepDims);
/**
 * Largest value; equal largest values share the gradient evenly. Do not rely on how NaN is treated:
 * the interpreter returns NaN, ONNX Runtime's CPU kernel ignores it.
 */
export const max = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("max", x, axes, keepDims);
/** Smallest value; equal smallest values share the gradient evenly. For NaN, see {@link max}. */
export const min = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("min", x, axes, keepDims);

/** Mean squared deviation from the mean, dividing by the count n (not n − 1). */
export function variance(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireFloating("variance", x);
  return mean(square(sub(x, mean(x, axes, true))), axes, keepDims);
}

/**
 * Position of the largest element along an axis, the first of equals. The result is int64 and lacks
 * the axis. NaN counts as the largest.
 */
export function argMax(x: Tensor, axis: number): Tensor {
  requireNumbers("argMax", x);
  const position = resolveAxis("argMax", axis, x.shape);
  if (x.shape[position] === 0) {
    throw new ShapeError("argMax", "cannot reduce an empty axis", [x.shape]);
  }
  const shape = x.shape.filter((_, other) => other !== position);
  return makeNode("argMax", [x], { axis: position }, shape, "int64");
}

/**
 * Positions of the k largest elements along an axis, the largest first, and of equals the first. The
 * result is int64 and has the length k along the axis. Do not rely on where NaN is placed.
 *
 * @throws ShapeError when k is not a whole number from 1 to the length of the axis
 */
export function topKIndices(x: Tensor, k: number, axis: number): Tensor {
  requireFloating("topKIndices", x);
  const position = resolveAxis("topKIndices", axis, x.shape);
  const length = x.shape[position];
  if (!Number.isInteger(k) || k < 1 || (typeof length === "number" && k > length)) {
    throw new ShapeError("topKIndices", `there are no ${k} largest elements`, [x.shape]);
  }
  const shape = x.shape.map((dim, other) => (other === position ? k : dim));
  return makeNode("topKIndices", [x], { axis: position, k }, shape, "int64");
}

/** eˣ / Σ eˣ along an axis. */
export function softmax(x: Tensor, axis: number): Tensor {
  requireFloating("softmax", x);
  const position = resolveAxis("softmax", axis, x.shape);
  return makeNode("softmax", [x], { axis: position }, x.shape, x.dtype);
}

/** x − log Σ eˣ along an axis, without overflow. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  requireFloating("logSoftmax", x);
  const position = resolveAxis("logSoftmax", axis, x.shape);
  return makeNode("logSoftmax", [x], { axis: position }, x.shape, x.dtype);
}

/**
 * log Σ eˣ, without overflow. It is −∞ if all elements are −∞, and its gradient is then NaN.
 */
export function logSumExp(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireFloating("logSumExp", x);
  const resolved = resolveAxes("logSumExp", axes, x.shape);
  const extreme = stopGradient(max(x, resolved, true));
  const largest = where(less(abs(extreme), Number.POSITIVE_INFINITY), extreme, 0);
  const result = add(largest, log(sum(exp(sub(x, largest)), resolved, true)));
  return keepDims ? result : squeeze(result, resolved);
}

/** Log of the mean of eˣ, without overflow, as importance-weighted estimates need it. */
export function logMeanExp(x: Tensor, axis: number): Tensor {
  return sub(logSumExp(x, axis), log(axisSize(x, axis)));
}

/** Running sums along an axis. */
export function cumulativeSum(
  x: Tensor,
  axis: number,
  options: { readonly exclusive?: boolean; readonly reverse?: boolean } = {},
): Tensor {
  const { exclusive = false, reverse = false } = options;
  requireNumbers("cumulativeSum", x);
  const position = resolveAxis("cumulativeSum", axis, x.shape);
  return makeNode("cumulativeSum", [x], { axis: position, exclusive, reverse }, x.shape, x.dtype);
}

/** Length of an axis as a float scalar; a symbolic axis gets its length at run time. */
export function axisSize(x: Tensor, axis: number): Tensor {
  const position = resolveAxis("axisSize", axis, x.shape);
  const dtype: DType = x.dtype === "float64" ? "float64" : "float32";
  const length = x.shape[position];
  return typeof length === "number"
    ? constant(length, [], dtype)
    : makeNode("axisSize", [x], { axis: position, dtype }, [], dtype);
}

/** Number of elements along several axes, as a float scalar. */
export function countAlong(x: Tensor, axes: readonly number[]): Tensor {
  const lengths = axes.map((axis) => x.shape[axis]);
  const counts = lengths.filter((length) => typeof length === "number");
  const symbolic = axes.filter((axis) => typeof x.shape[axis] === "string");
  const dtype: DType = x.dtype === "float64" ? "float64" : "float32";
  const known = constant(elementCount(counts), [], dtype);
  return symbolic.reduce((product, axis) => mul(product, axisSize(x, axis)), known);
}
