import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import type { Dim } from "../shape.js";
import { makeNode, type Tensor } from "../tensor.js";
import { add, exp, log, mul, square, stopGradient, sub } from "./elementwise.js";
import { resolveAxes, resolveAxis, squeeze } from "./rearrange.js";

/** Axes to reduce, counted from the end when negative; all when left out. */
export type Axes = number | readonly number[];

function reduce(
  op: "sum" | "mean" | "max" | "min",
  x: Tensor,
  axes: Axes | undefined,
  keepDims: boolean,
): Tensor {
  const resolved = resolveAxes(op, axes, x.shape);
  if (resolved.length === 0) return x;
  if ((op === "max" || op === "min") && resolved.some((axis) => x.shape[axis] === 0)) {
    throw new ShapeError(op, "an empty axis has no extreme value", [x.shape]);
  }
  const shape = x.shape
    .map((dim, axis): Dim => (resolved.includes(axis) ? 1 : dim))
    .filter((_, axis) => keepDims || !resolved.includes(axis));
  return makeNode(op, [x], { axes: resolved, keepDims }, shape, x.dtype);
}

export const sum = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("sum", x, axes, keepDims);
export const mean = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("mean", x, axes, keepDims);
/** Largest value; equal largest values share the gradient evenly. */
export const max = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("max", x, axes, keepDims);
/** Smallest value; equal smallest values share the gradient evenly. */
export const min = (x: Tensor, axes?: Axes, keepDims = false): Tensor =>
  reduce("min", x, axes, keepDims);

/** Mean squared deviation from the mean, dividing by the count n (not n − 1). */
export function variance(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  return mean(square(sub(x, mean(x, axes, true))), axes, keepDims);
}

/** Position of the largest element along an axis, the first of equals; int64, without the axis. */
export function argMax(x: Tensor, axis: number): Tensor {
  const position = resolveAxis("argMax", axis, x.shape);
  const shape = x.shape.filter((_, other) => other !== position);
  return makeNode("argMax", [x], { axis: position }, shape, "int64");
}

/** eˣ / Σ eˣ along an axis. */
export function softmax(x: Tensor, axis: number): Tensor {
  const position = resolveAxis("softmax", axis, x.shape);
  return makeNode("softmax", [x], { axis: position }, x.shape, x.dtype);
}

/** x − log Σ eˣ along an axis, without overflow. */
export function logSoftmax(x: Tensor, axis: number): Tensor {
  const position = resolveAxis("logSoftmax", axis, x.shape);
  return makeNode("logSoftmax", [x], { axis: position }, x.shape, x.dtype);
}

/** log Σ eˣ, without overflow. Elements must be finite. */
export function logSumExp(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  const resolved = resolveAxes("logSumExp", axes, x.shape);
  const largest = stopGradient(max(x, resolved, true));
  const result = add(largest, log(sum(exp(sub(x, largest)), resolved, true)));
  return keepDims ? result : squeeze(result, resolved);
}

/** log of the mean of eˣ, without overflow: the importance-weighted estimate over samples. */
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
  const position = resolveAxis("cumulativeSum", axis, x.shape);
  return makeNode("cumulativeSum", [x], { axis: position, exclusive, reverse }, x.shape, x.dtype);
}

/** Length of an axis as a float scalar, known only at run time where the axis is symbolic. */
export function axisSize(x: Tensor, axis: number): Tensor {
  const position = resolveAxis("axisSize", axis, x.shape);
  const dtype: DType = x.dtype === "float64" ? "float64" : "float32";
  return makeNode("axisSize", [x], { axis: position, dtype }, [], dtype);
}

/** Number of elements along several axes, as a float scalar. */
export function countAlong(x: Tensor, axes: readonly number[]): Tensor {
  return axes.map((axis) => axisSize(x, axis)).reduce((product, size) => mul(product, size));
}
