import type { DType } from "../dtype.js";
import { ShapeError } from "../errors.js";
import type { PrimitiveName, Primitives } from "../primitives.js";
import { broadcastShapes, sameShape } from "../shape.js";
import {
  asTensors,
  constant,
  makeNode,
  requireFloating,
  requireNumbers,
  shapesOf,
  type Tensor,
  type TensorLike,
} from "../tensor.js";

/** Primitives without attributes. */
type Plain = {
  [P in PrimitiveName]: Primitives[P] extends Readonly<Record<never, never>>
    ? keyof Primitives[P] extends never
      ? P
      : never
    : never;
}[PrimitiveName];

function unary<P extends Plain>(op: P, x: Tensor): Tensor {
  return makeNode<Plain>(op, [x], {}, x.shape, x.dtype);
}

function floating<P extends Plain>(op: P, x: Tensor): Tensor {
  requireFloating(op, x);
  return unary(op, x);
}

function numeric<P extends Plain>(op: P, x: Tensor): Tensor {
  requireNumbers(op, x);
  return unary(op, x);
}

interface Pair {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly shape: Tensor["shape"];
}

/** Two operands converted to one data type, and the shape they broadcast to. */
function pair(operator: string, a: TensorLike, b: TensorLike): Pair {
  const [left, right] = asTensors(operator, [a, b]);
  const shape = broadcastShapes(left.shape, right.shape);
  if (shape === undefined) {
    throw new ShapeError(operator, "the shapes do not broadcast", [left.shape, right.shape]);
  }
  return { left, right, shape };
}

function binary<P extends Plain>(op: P, a: TensorLike, b: TensorLike): Tensor {
  const { left, right, shape } = pair(op, a, b);
  requireNumbers(op, left);
  return makeNode<Plain>(op, [left, right], {}, shape, left.dtype);
}

/** A comparison. `greater` and `greaterEqual` are `less` and `lessEqual` with swapped operands. */
function order<P extends Plain>(operator: string, op: P, a: TensorLike, b: TensorLike): Tensor {
  const { left, right, shape } = pair(operator, a, b);
  requireNumbers(operator, left);
  const operands = operator === op ? [left, right] : [right, left];
  return makeNode<Plain>(op, operands, {}, shape, "bool");
}

function equality(operator: string, a: TensorLike, b: TensorLike): Tensor {
  const { left, right, shape } = pair(operator, a, b);
  return makeNode("equal", [left, right], {}, shape, "bool");
}

/** −x */
export const neg = (x: Tensor): Tensor => numeric("neg", x);
/** |x|, with gradient 0 at 0. */
export const abs = (x: Tensor): Tensor => numeric("abs", x);
/** −1, 0 or 1 */
export const sign = (x: Tensor): Tensor => numeric("sign", x);
/** eˣ */
export const exp = (x: Tensor): Tensor => floating("exp", x);
/** Natural logarithm. */
export const log = (x: Tensor): Tensor => floating("log", x);
/** Square root; its gradient at 0 is infinite. */
export const sqrt = (x: Tensor): Tensor => floating("sqrt", x);
export const sin = (x: Tensor): Tensor => floating("sin", x);
export const cos = (x: Tensor): Tensor => floating("cos", x);
export const tanh = (x: Tensor): Tensor => floating("tanh", x);
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Tensor): Tensor => floating("sigmoid", x);
/** log(1 + eˣ), without overflow for any x. */
export const softplus = (x: Tensor): Tensor => floating("softplus", x);
/** max(x, 0), with gradient 0 at 0. NaN stays NaN. */
export const relu = (x: Tensor): Tensor => floating("relu", x);
/** The error function. */
export const erf = (x: Tensor): Tensor => floating("erf", x);
/** Largest integer ≤ x; its gradient is zero. */
export const floor = (x: Tensor): Tensor => floating("floor", x);
/** Nearest integer, halves to even; its gradient is zero. */
export const round = (x: Tensor): Tensor => floating("round", x);

/** The identity in the forward pass; gradients treat it as a constant. */
export const stopGradient = (x: Tensor): Tensor => unary("stopGradient", x);

/**
 * Uses one tensor's value in the forward pass and another's gradient in the backward pass.
 *
 * @param value      returned exactly by the forward pass, such as a rounded or one-hot code
 * @param surrogate  same shape; receives the gradient as if the forward pass had used it
 * @source Bengio, Léonard & Courville 2013, arXiv:1308.3432
 */
export function straightThrough(value: Tensor, surrogate: Tensor): Tensor {
  if (!sameShape(value.shape, surrogate.shape)) {
    throw new ShapeError("straightThrough", "the shapes differ", [value.shape, surrogate.shape]);
  }
  return add(stopGradient(value), sub(surrogate, stopGradient(surrogate)));
}

/** Converts the data type; bool becomes 0 or 1, and floats are truncated towards zero. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : makeNode("cast", [x], { dtype }, x.shape, dtype);
}

export const add = (a: TensorLike, b: TensorLike): Tensor => binary("add", a, b);
export const sub = (a: TensorLike, b: TensorLike): Tensor => binary("sub", a, b);
export const mul = (a: TensorLike, b: TensorLike): Tensor => binary("mul", a, b);
/** a / b; integer division truncates towards zero. */
export const div = (a: TensorLike, b: TensorLike): Tensor => binary("div", a, b);
/**
 * a to the power b. The gradient with respect to b requires a ≥ 0; where a is 0 it is 0.
 */
export const pow = (a: TensorLike, b: TensorLike): Tensor => binary("pow", a, b);
/** The larger of two values, NaN if either is NaN. Equal values share the gradient evenly. */
export const maximum = (a: TensorLike, b: TensorLike): Tensor => binary("maximum", a, b);
/** The smaller of two values, NaN if either is NaN. Equal values share the gradient evenly. */
export const minimum = (a: TensorLike, b: TensorLike): Tensor => binary("minimum", a, b);

export const equal = (a: TensorLike, b: TensorLike): Tensor => equality("equal", a, b);
export const notEqual = (a: TensorLike, b: TensorLike): Tensor => not(equality("notEqual", a, b));
export const less = (a: TensorLike, b: TensorLike): Tensor => order("less", "less", a, b);
export const lessEqual = (a: TensorLike, b: TensorLike): Tensor =>
  order("lessEqual", "lessEqual", a, b);
export const greater = (a: TensorLike, b: TensorLike): Tensor => order("greater", "less", a, b);
export const greaterEqual = (a: TensorLike, b: TensorLike): Tensor =>
  order("greaterEqual", "lessEqual", a, b);

function logical(op: "and" | "or" | "not", operands: readonly Tensor[]): void {
  for (const { dtype } of operands) {
    if (dtype !== "bool") {
      throw new ShapeError(op, `needs bool operands, not ${dtype}`, shapesOf(operands));
    }
  }
}

export function and(a: Tensor, b: Tensor): Tensor {
  logical("and", [a, b]);
  const { shape } = pair("and", a, b);
  return makeNode("and", [a, b], {}, shape, "bool");
}

export function or(a: Tensor, b: Tensor): Tensor {
  logical("or", [a, b]);
  const { shape } = pair("or", a, b);
  return makeNode("or", [a, b], {}, shape, "bool");
}

export function not(x: Tensor): Tensor {
  logical("not", [x]);
  return unary("not", x);
}

/**
 * Selects elements from two branches.
 *
 * A branch receives gradient 0 where it was not selected. Its local derivative must still be finite
 * there, because 0 · ∞ is NaN: guard the operand of a `log` or `sqrt`, not its result.
 *
 * @param condition  bool
 * @param whenTrue   broadcasts with the others
 * @param whenFalse  broadcasts with the others
 */
export function where(condition: Tensor, whenTrue: TensorLike, whenFalse: TensorLike): Tensor {
  if (condition.dtype !== "bool") {
    throw new ShapeError("where", `the condition must be bool, not ${condition.dtype}`, [
      condition.shape,
    ]);
  }
  const [left, right] = asTensors("where", [whenTrue, whenFalse]);
  const values = broadcastShapes(left.shape, right.shape);
  const shape = values && broadcastShapes(condition.shape, values);
  if (shape === undefined) {
    throw new ShapeError("where", "the shapes do not broadcast", [
      condition.shape,
      left.shape,
      right.shape,
    ]);
  }
  return makeNode("where", [condition, left, right], {}, shape, left.dtype);
}

/**
 * Limits x to [low, high]. The gradient is 1 inside and on the limits, 0 outside. NaN stays NaN, so
 * clipping never hides a failed computation.
 */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) {
    throw new ShapeError("clip", `the range [${low}, ${high}] is empty`, [x.shape]);
  }
  const [lowest, highest] = [constant(low, [], x.dtype), constant(high, [], x.dtype)];
  return where(less(x, lowest), lowest, where(less(highest, x), highest, x));
}

/** x² */
export const square = (x: Tensor): Tensor => mul(x, x);
/** 1 / x */
export const reciprocal = (x: Tensor): Tensor => div(1, x);
/** 1 / √x */
export const rsqrt = (x: Tensor): Tensor => div(1, sqrt(x));
