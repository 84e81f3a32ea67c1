import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import { type Dim, sameShape } from "../shape.js";
import { makeNode, range, type Tensor } from "../tensor.js";
import { cast, equal } from "./elementwise.js";
import { expandDims, resolveAxis } from "./rearrange.js";

function requireIndices(operator: string, indices: Tensor): void {
  if (indices.dtype !== "int64" && indices.dtype !== "int32") {
    throw new ShapeError(operator, `the indices must be int64 or int32, not ${indices.dtype}`, [
      indices.shape,
    ]);
  }
}

/**
 * Selects whole slices along an axis. With axis 0 this is an embedding look-up.
 *
 * @param x        any shape
 * @param indices  int64 or int32 of any shape, each in [0, length of the axis). On a CPU device a run
 *                 with an index outside [−length, length) fails; a negative one counts from the end.
 * @returns        x's shape with the axis replaced by the shape of the indices
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  requireIndices("gather", indices);
  const position = resolveAxis("gather", axis, x.shape);
  const shape = [...x.shape.slice(0, position), ...indices.shape, ...x.shape.slice(position + 1)];
  return makeNode("gather", [x, indices], { axis: position }, shape, x.dtype);
}

/** Adjoint of {@link gather}: adds each update to the slice at its index. */
export function scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
  requireIndices("scatterAdd", indices);
  const end = axis + indices.shape.length;
  const inner = updates.shape.slice(axis, end);
  if (!sameShape(inner, indices.shape) || axis < 0) {
    throw new ShapeError("scatterAdd", `updates and indices differ in shape from axis ${axis} on`, [
      updates.shape,
      indices.shape,
    ]);
  }
  const shape = [...updates.shape.slice(0, axis), size, ...updates.shape.slice(end)];
  return makeNode("scatterAdd", [updates, indices], { axis, size }, shape, updates.dtype);
}

function requireAligned(operator: string, x: Tensor, indices: Tensor, axis: number): void {
  requireIndices(operator, indices);
  const agree =
    x.shape.length === indices.shape.length &&
    x.shape.every((dim, other) => other === axis || dim === indices.shape[other]);
  if (!agree) {
    throw new ShapeError(operator, `the shapes may differ only on axis ${axis}`, [
      x.shape,
      indices.shape,
    ]);
  }
}

/**
 * Selects one element per position along an axis: result[i, j] = x[i, indices[i, j]] for axis 1.
 *
 * @param indices  int64 or int32; x's shape except along the axis; in range as for {@link gather}
 */
export function takeAlong(x: Tensor, indices: Tensor, axis: number): Tensor {
  const position = resolveAxis("takeAlong", axis, x.shape);
  requireAligned("takeAlong", x, indices, position);
  return makeNode("takeAlong", [x, indices], { axis: position }, indices.shape, x.dtype);
}

/** Adjoint of {@link takeAlong}: adds each update to the element at its index. */
export function scatterAddAlong(updates: Tensor, indices: Tensor, axis: number, size: Dim): Tensor {
  requireIndices("scatterAddAlong", indices);
  resolveAxis("scatterAddAlong", axis, updates.shape);
  if (!sameShape(updates.shape, indices.shape)) {
    throw new ShapeError("scatterAddAlong", "the updates and the indices differ in shape", [
      updates.shape,
      indices.shape,
    ]);
  }
  const shape = updates.shape.map((dim, other) => (other === axis ? size : dim));
  return makeNode("scatterAddAlong", [updates, indices], { axis, size }, shape, updates.dtype);
}

/**
 * Adds a last axis that is 1 at the index and 0 elsewhere.
 *
 * @param indices  integers; one outside [0, depth) gives a row of zeros
 */
export function oneHot(indices: Tensor, depth: number, dtype: DType = "float32"): Tensor {
  requireIndices("oneHot", indices);
  return cast(equal(expandDims(indices, -1), range(depth, indices.dtype)), dtype);
}
