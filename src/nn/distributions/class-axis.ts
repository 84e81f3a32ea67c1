import { ShapeError } from "../../tensor/errors.js";
import { cast, less, lessEqual, mul, where } from "../../tensor/ops/elementwise.js";
import { takeAlong } from "../../tensor/ops/indexing.js";
import {
  broadcastTo,
  expandDims,
  resolveAxis,
  sliceAxis,
  squeeze,
} from "../../tensor/ops/rearrange.js";
import { cumulativeSum, softmax, sum } from "../../tensor/ops/reduction.js";
import { broadcastShapes, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Converts an axis to one counted from the end, which is stable when leading axes are added. */
export function axisFromEnd(operator: string, axis: number, shape: Shape): number {
  return resolveAxis(operator, axis, shape) - shape.length;
}

/** A shape without one axis, counted from the end. */
export function withoutAxis(shape: Shape, axis: number): Shape {
  return shape.filter((_, position) => position !== shape.length + axis);
}

/**
 * Draws classes by dividing [0, 1) into intervals of their probabilities. It never draws a class of
 * probability 0: the threshold stays below the last cumulative sum, whatever the rounding.
 *
 * @param logits   classes along `axis`
 * @param uniform  in [0, 1), the shape of `logits` without the axis, or further leading axes
 * @param axis     counted from the end
 * @returns        int64, the shape of `uniform`
 */
export function sampleClass(logits: Tensor, uniform: Tensor, axis: number): Tensor {
  const runningSums = cumulativeSum(softmax(logits, axis), axis);
  const total = sliceAxis(runningSums, axis, { start: -1 });
  const threshold = mul(expandDims(uniform, axis), total);
  return sum(cast(lessEqual(runningSums, threshold), "int64"), axis);
}

/**
 * Picks the value of each class.
 *
 * @param values   one per class along `axis`
 * @param classes  int64, of a shape that broadcasts with that of `values` without the axis
 * @param axis     counted from the end
 * @returns        the broadcast shape, without the axis
 */
export function pickClass(values: Tensor, classes: Tensor, axis: number): Tensor {
  const indices = expandDims(classes, axis);
  const position = values.shape.length + axis;
  const single = values.shape.map((dim, other) => (other === position ? 1 : dim));
  const shape = broadcastShapes(single, indices.shape);
  if (shape === undefined) {
    throw new ShapeError("logProb", "the classes do not fit the logits", [
      classes.shape,
      values.shape,
    ]);
  }
  const all = shape.map((dim, other) =>
    other === shape.length + axis ? values.shape[position] : dim,
  );
  const picked = takeAlong(
    broadcastTo(values, all),
    broadcastTo(indices, shape),
    shape.length + axis,
  );
  return squeeze(picked, shape.length + axis);
}

/** Σ p·x along an axis, where x may be infinite at p = 0. */
export function expectation(probs: Tensor, x: Tensor, axis: number): Tensor {
  return sum(mul(probs, where(less(0, probs), x, 0)), axis);
}
