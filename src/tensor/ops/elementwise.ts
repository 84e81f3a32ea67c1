import type { DType } from "../dtype.js";
import { isFloating } from "../dtype.js";
import { ShapeError } from "../errors.js";
import type { PrimitiveName, Primitives } from "../primitives.js";
import { broadcastShapes } from "../shape.js";
import { asTensors, constant, makeNode, type Tensor, type TensorLike } from "../tensor.js";

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
  if (!isFloating(x.dtype)) throw new ShapeError(op, `needs a floating data type, not ${x.dtype}`);
  return unary(op, x);
}

function binary<P extends Plain>(op: P, a: TensorLike, b: TensorLike, result?: DType): Tensor {
  const [left, right] = asTensors(op, [a, b]);
  const shape = broadcastShapes(left.shape, right.shape);
  if (shape === undefined) {
    throw new ShapeError(op, "the shapes do not broadcast", [left.shape, right.shape]);
  }
  return makeNode<Plain>(op, [left, right], {}, shape, result ?? left.dtype);
}

/** −x */
export const neg = (x: Tensor): Tensor => unary("neg", x);
/** |x| */
export const abs = (x: Tensor): Tensor => unary("abs", x);
/** −1, 0 or 1 */
export const sign = (x: Tensor): Tensor => unary("sign", x);
/** eˣ */
export const exp = (x: Tensor): Tensor => floating("exp", x);
/** Natural logarithm. */
export const log = (x: Tensor): Tensor => floating("log", x);
export const sqrt = (x: Tensor): Tensor => floating("sqrt", x);
export const sin = (x: Tensor): Tensor => floating("sin", x);
export const cos = (x: Tensor): Tensor => floating("cos", x);
export const tanh = (x: Tensor): Tensor => floating("tanh", x);
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Tensor): Tensor => floating("sigmoid", x);
/** log(1 + eˣ), without overflow for any x. */
export const softplus = (x: Tensor): Tensor => floating("softplus", x);
/** max(x, 0), with gradient 0 at 0. */
export const relu = (x: Tensor): Tensor => floating("relu", x);
/** The error function. */
export const erf = (x: Tensor): Tensor => floating("erf", x);
/** Largest whole number that is not above x; its gradient is zero. */
export const floor = (x: Tensor): Tensor => floating("floor", x);
/** Nearest whole number, halves to even; its gradient is zero. */
export const round = (x: Tensor): Tensor => floating("round", x);

/** The identity in value; constant to every gradient. */
export const stopGradient = (x: Tensor): Tensor => unary("stopGradient", x);

/**
 * Takes its value from one tensor and its gradient from another.
 *
 * @param value     what the forward pass sees, such as a rounded or one-hot code
 * @param surrogate of the same shape; gradients flow here as if it had been used
 * @source Bengio, Léonard & Courville 2013, arXiv:1308.3432
 */
export function straightThrough(value: Tensor, surrogate: Tensor): Tensor {
  return add(surrogate, stopGradient(sub(value, surrogate)));
}

/** Converts the data type; bool becomes 0 or 1, and floats are truncated towards zero. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : makeNode("cast", [x], { dtype }, x.shape, dtype);
}

export const add = (a: TensorLike, b: TensorLike): Tensor => binary("add", a, b);
export const sub = (a: TensorLike, b: TensorLike): Tensor => binary("sub", a, b);
export const mul = (a: TensorLike, b: TensorLike): Tensor => binary("mul", a, b);
export const div = (a: TensorLike, b: TensorLike): Tensor => binary("div", a, b);
/** a to the power b; the gradient in b needs a > 0. */
export const pow = (a: TensorLike, b: TensorLike): Tensor => binary("pow", a, b);
/** The larger of two; where they are equal the gradient is shared evenly. */
export const maximum = (a: TensorLike, b: TensorLike): Tensor => binary("maximum", a, b);
/** The smaller of two; where they are equal the gradient is shared evenly. */
export const minimum = (a: TensorLike, b: TensorLike): Tensor => binary("minimum", a, b);

export const equal = (a: TensorLike, b: TensorLike): Tensor => binary("equal", a, b, "bool");
export const notEqual = (a: TensorLike, b: TensorLike): Tensor => not(equal(a, b));
export const less = (a: TensorLike, b: TensorLike): Tensor => binary("less", a, b, "bool");
export const lessEqual = (a: TensorLike, b: TensorLike): Tensor =>
  binary("lessEqual", a, b, "bool");
export const greater = (a: TensorLike, b: TensorLike): Tensor => less(b, a);
export const greaterEqual = (a: TensorLike, b: TensorLike): Tensor => lessEqual(b, a);

function logical(op: "and" | "or" | "not", operands: readonly Tensor[]): void {
  for (const { dtype } of operands) {
    if (dtype !== "bool") throw new ShapeError(op, `needs bool operands, not ${dtype}`);
  }
}

export function and(a: Tensor, b: Tensor): Tensor {
  logical("and", [a, b]);
  return binary("and", a, b);
}

export function or(a: Tensor, b: Tensor): Tensor {
  logical("or", [a, b]);
  return binary("or", a, b);
}

export function not(x: Tensor): Tensor {
  logical("not", [x]);
  return unary("not", x);
}

/**
 * Picks element by element.
 *
 * @param condition  bool
 * @param whenTrue   broadcasts with the others
 * @param whenFalse  broadcasts with the others
 */
export function where(condition: Tensor, whenTrue: TensorLike, whenFalse: TensorLike): Tensor {
  if (condition.dtype !== "bool") {
    throw new ShapeError("where", `the condition must be bool, not ${condition.dtype}`);
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

/** Limits x to [low, high]; the gradient is 1 inside and on the limits, 0 outside. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new ShapeError("clip", `the range [${low}, ${high}] is empty`);
  const [lowest, highest] = [constant(low, [], x.dtype), constant(high, [], x.dtype)];
  return where(less(x, lowest), lowest, where(less(highest, x), highest, x));
}

/** x² */
export const square = (x: Tensor): Tensor => mul(x, x);
/** 1 / x */
export const reciprocal = (x: Tensor): Tensor => div(1, x);
/** 1 / √x */
export const rsqrt = (x: Tensor): Tensor => div(1, sqrt(x));
