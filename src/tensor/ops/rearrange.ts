import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import {
  broadcastShapes,
  canonicalShape,
  type Dim,
  divideDims,
  factorsOfDim,
  formatShape,
  productOfDims,
  type Shape,
  sameShape,
  sumOfDims,
} from "../shape.js";
import { asTensors, constant, makeNode, type Tensor } from "../tensor.js";

/** Counts a negative axis from the end. @throws ShapeError when the tensor has no such axis */
export function resolveAxis(operator: string, axis: number, shape: Shape): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= shape.length) {
    throw new ShapeError(operator, `there is no axis ${axis}`, [shape]);
  }
  return resolved;
}

/** Axes as ascending non-negative numbers; all by default. @throws ShapeError for repeated axes */
export function resolveAxes(
  operator: string,
  axes: number | readonly number[] | undefined,
  shape: Shape,
): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis);
  const listed = typeof axes === "number" ? [axes] : axes;
  const resolved = listed.map((axis) => resolveAxis(operator, axis, shape)).sort((a, b) => a - b);
  if (new Set(resolved).size !== resolved.length) {
    throw new ShapeError(operator, `an axis is repeated in [${listed.join(", ")}]`, [shape]);
  }
  return resolved;
}

/**
 * The same elements in another shape.
 *
 * @param shape  one dimension may be −1 and is then inferred, symbolic or not
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const total = productOfDims(x.shape);
  const unknown = shape.indexOf(-1);
  const known = canonicalShape(shape.filter((_, axis) => axis !== unknown));
  if (known === undefined) {
    throw new ShapeError("reshape", `${formatShape(shape)} is not a valid shape`, [x.shape]);
  }
  const rest = unknown < 0 ? 1 : divideDims(total, productOfDims(known));
  if (rest === undefined || productOfDims([...known, rest]) !== total) {
    throw new ShapeError("reshape", `the elements do not fill ${formatShape(shape)}`, [x.shape]);
  }
  const target = unknown < 0 ? known : [...known.slice(0, unknown), rest, ...known.slice(unknown)];
  return sameShape(x.shape, target)
    ? x
    : makeNode("reshape", [x], { shape: target }, target, x.dtype);
}

/** Merges all axes from `start` on: by default `[B, C, H, W]` becomes `[B, C·H·W]`. */
export function flatten(x: Tensor, start = 1): Tensor {
  return reshape(x, [...x.shape.slice(0, start), productOfDims(x.shape.slice(start))]);
}

/** Inserts an axis of length 1 before `axis`; −1 appends it. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const position = axis < 0 ? axis + x.shape.length + 1 : axis;
  if (!Number.isInteger(axis) || position < 0 || position > x.shape.length) {
    throw new ShapeError("expandDims", `cannot insert an axis at ${axis}`, [x.shape]);
  }
  return reshape(x, [...x.shape.slice(0, position), 1, ...x.shape.slice(position)]);
}

/** Removes axes of length 1. */
export function squeeze(x: Tensor, axes: number | readonly number[]): Tensor {
  const removed = resolveAxes("squeeze", axes, x.shape);
  for (const axis of removed) {
    if (x.shape[axis] !== 1) {
      throw new ShapeError("squeeze", `axis ${axis} does not have length 1`, [x.shape]);
    }
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !removed.includes(axis)),
  );
}

/** Permutes axes: output axis `i` is input axis `permutation[i]`. Reverses the axes by default. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (
    order.length !== x.shape.length ||
    resolveAxes("transpose", order, x.shape).length !== order.length ||
    order.some((axis) => axis < 0)
  ) {
    const problem = `[${order.join(", ")}] is not a permutation of the axes`;
    throw new ShapeError("transpose", problem, [x.shape]);
  }
  if (order.every((axis, position) => axis === position)) return x;
  const shape = order.map((axis) => x.shape[axis]);
  return makeNode("transpose", [x], { permutation: order }, shape, x.dtype);
}

/** Repeats a tensor along axes of length 1 and along new leading axes to reach a shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  const target = canonicalShape(shape);
  const reached = target && broadcastShapes(x.shape, target);
  if (target === undefined || reached === undefined || !sameShape(reached, target)) {
    throw new ShapeError("broadcastTo", `cannot broadcast to ${formatShape(shape)}`, [x.shape]);
  }
  return sameShape(x.shape, target)
    ? x
    : makeNode("broadcastTo", [x], { shape: target }, target, x.dtype);
}

/** Zeros of any shape, symbolic or not. */
export function zerosOfShape(shape: Shape, dtype: DType = "float32"): Tensor {
  return broadcastTo(constant(0, [], dtype), shape);
}

/** Start, end (exclusive) and step along one axis; negative positions count from the end. */
export interface Range {
  readonly start?: number;
  readonly end?: number;
  /** Positive; 1 by default. */
  readonly step?: number;
}

/**
 * A part of a tensor.
 *
 * @param ranges  one per axis, from the first axis on; `null` keeps the whole axis, as every
 *                symbolic axis must
 */
export function slice(x: Tensor, ranges: readonly (Range | null)[]): Tensor {
  if (ranges.length > x.shape.length) {
    const problem = `got ${ranges.length} ranges for rank ${x.shape.length}`;
    throw new ShapeError("slice", problem, [x.shape]);
  }
  const starts: number[] = [];
  const ends: (number | null)[] = [];
  const steps: number[] = [];
  const shape = x.shape.map((dim, axis): Dim => {
    const { start = 0, end, step = 1 } = ranges[axis] ?? {};
    steps.push(step);
    if (typeof dim === "string") {
      if (start !== 0 || end !== undefined || step !== 1) {
        throw new ShapeError("slice", `axis ${axis} is symbolic and cannot be cut`, [x.shape]);
      }
      starts.push(0);
      ends.push(null);
      return dim;
    }
    const from = start < 0 ? start + dim : start;
    const to = end === undefined ? dim : end < 0 ? end + dim : end;
    const whole = [start, step, to].every((value) => Number.isInteger(value));
    if (!whole || step < 1 || from < 0 || to > dim || from > to) {
      throw new ShapeError("slice", `axis ${axis} has no range ${start}:${end ?? ""}:${step}`, [
        x.shape,
      ]);
    }
    starts.push(from);
    ends.push(to);
    return Math.ceil((to - from) / step);
  });
  return sameShape(shape, x.shape)
    ? x
    : makeNode("slice", [x], { starts, ends, steps }, shape, x.dtype);
}

/** {@link slice} along one axis. */
export function sliceAxis(x: Tensor, axis: number, range: Range): Tensor {
  const position = resolveAxis("slice", axis, x.shape);
  return slice(
    x,
    x.shape.map((_, other) => (other === position ? range : null)),
  );
}

/** Reverses the order of the elements along the axes. */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  const resolved = resolveAxes("flip", axes, x.shape);
  return resolved.length === 0 ? x : makeNode("flip", [x], { axes: resolved }, x.shape, x.dtype);
}

/** Joins tensors along an existing axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 0) throw new ShapeError("concat", "needs at least one tensor");
  const [first] = tensors;
  const position = resolveAxis("concat", axis, first.shape);
  const shapes = tensors.map(({ shape }) => shape);
  const length = sumOfDims(shapes.map((shape) => shape[position] ?? 0));
  const agree = tensors.every(
    ({ shape }) =>
      shape.length === first.shape.length &&
      shape.every((dim, other) => other === position || dim === first.shape[other]),
  );
  asTensors("concat", tensors);
  if (!agree) {
    throw new ShapeError("concat", `the shapes differ on an axis other than ${position}`, shapes);
  }
  if (length === undefined) {
    throw new ShapeError("concat", `the lengths on axis ${position} cannot be added`, shapes);
  }
  if (tensors.length === 1) return first;
  const shape = first.shape.map((dim, other) => (other === position ? length : dim));
  return makeNode("concat", tensors, { axis: position }, shape, first.dtype);
}

/** Joins tensors of equal shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const shapes = tensors.map(({ shape }) => shape);
  if (shapes.length === 0) throw new ShapeError("stack", "needs at least one tensor");
  if (shapes.some((shape) => !sameShape(shape, shapes[0]))) {
    throw new ShapeError("stack", "the shapes differ", shapes);
  }
  return concat(
    tensors.map((tensor) => expandDims(tensor, axis)),
    axis,
  );
}

/**
 * Cuts an axis into parts of the given lengths, which must add up to the axis.
 *
 * @param lengths  counts, or for a symbolic axis multiples of its symbol such as `"B"` and `"2*B"`
 */
export function split(x: Tensor, lengths: Shape, axis: number): Tensor[] {
  const position = resolveAxis("split", axis, x.shape);
  const parts = canonicalShape(lengths);
  const total = parts && sumOfDims(parts);
  if (total !== x.shape[position]) {
    const sum =
      parts === undefined || total === undefined ? "cannot be added" : `add up to ${total}`;
    throw new ShapeError("split", `the lengths ${lengths.join(", ")} ${sum} on axis ${position}`, [
      x.shape,
    ]);
  }
  const { coefficient, symbols } = factorsOfDim(total);
  const around = (...dims: Shape) =>
    x.shape.flatMap((dim, other) => (other === position ? dims : [dim]));
  const units = symbols.length === 0 ? x : reshape(x, around(coefficient, symbols.join("*")));
  let start = 0;
  return (parts ?? []).map((length) => {
    const end = start + factorsOfDim(length).coefficient;
    const part = sliceAxis(units, position, { start, end });
    start = end;
    return symbols.length === 0 ? part : reshape(part, around(length));
  });
}

/** Repeats the whole tensor along each axis. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.shape.length) {
    const problem = `got ${repeats.length} repeats for rank ${x.shape.length}`;
    throw new ShapeError("tile", problem, [x.shape]);
  }
  if (repeats.some((count) => !Number.isInteger(count) || count < 0)) {
    throw new ShapeError("tile", `the repeats [${repeats.join(", ")}] must be counts`, [x.shape]);
  }
  const interleaved = x.shape.flatMap((dim): Dim[] => [1, dim]);
  const repeated = x.shape.flatMap((dim, axis): Dim[] => [repeats[axis], dim]);
  const shape = x.shape.map((dim, axis) => productOfDims([repeats[axis], dim]));
  return reshape(broadcastTo(reshape(x, interleaved), repeated), shape);
}

/**
 * Surrounds a tensor with a constant.
 *
 * @param widths  `[before, after]` per axis, from the first axis on; the remaining axes are unpadded
 */
export function pad(x: Tensor, widths: readonly (readonly [number, number])[], value = 0): Tensor {
  const before = x.shape.map((_, axis) => widths[axis]?.[0] ?? 0);
  const after = x.shape.map((_, axis) => widths[axis]?.[1] ?? 0);
  const counts = [...before, ...after].every((width) => Number.isInteger(width) && width >= 0);
  if (widths.length > x.shape.length || !counts) {
    throw new ShapeError("pad", `the widths ${JSON.stringify(widths)} are invalid`, [x.shape]);
  }
  const shape = x.shape.map((dim, axis): Dim => {
    const width = before[axis] + after[axis];
    if (width === 0) return dim;
    if (typeof dim === "string") {
      throw new ShapeError("pad", `axis ${axis} is symbolic and cannot be padded`, [x.shape]);
    }
    return dim + width;
  });
  return sameShape(shape, x.shape)
    ? x
    : makeNode("pad", [x], { before, after, value }, shape, x.dtype);
}

/** Inserts `factor − 1` zeros between neighbours on a static axis: n becomes (n − 1)·factor + 1. */
export function dilate(x: Tensor, axis: number, factor: number): Tensor {
  const position = resolveAxis("dilate", axis, x.shape);
  const length = x.shape[position];
  if (factor === 1 || length === 1 || length === 0) return x;
  if (typeof length !== "number") {
    throw new ShapeError("dilate", `axis ${axis} is symbolic`, [x.shape]);
  }
  const spread = expandDims(x, position + 1);
  const zeros = spread.shape.map((_, other): [number, number] => [
    0,
    other === position + 1 ? factor - 1 : 0,
  ]);
  const merged = reshape(
    pad(spread, zeros),
    x.shape.map((dim, other) => (other === position ? length * factor : dim)),
  );
  return sliceAxis(merged, position, { end: (length - 1) * factor + 1 });
}
