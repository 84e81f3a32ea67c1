import { type DType, isFloating, type TensorValues } from "./dtype.js";
import { ShapeError } from "./errors.js";
import type { InputSource, PrimitiveName, Primitives } from "./primitives.js";
import { canonicalShape, elementCount, type Shape } from "./shape.js";

/**
 * A symbolic array: a node of an immutable graph. It holds no elements; a whole program of tensors
 * is differentiated, lowered and run at once.
 */
export interface Tensor<P extends PrimitiveName = PrimitiveName> {
  /** An operand's id is always smaller than its user's. */
  readonly id: number;
  readonly op: P;
  readonly inputs: readonly Tensor[];
  readonly attributes: Primitives[P];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A union over all primitives, in which `op` determines the type of `attributes`. */
export type AnyTensor = { [P in PrimitiveName]: Tensor<P> }[PrimitiveName];

/** An operand: a tensor, or a number that becomes a scalar of the other operand's data type. */
export type TensorLike = Tensor | number;

let nodes = 0;

/** Adds a node to the graph. Operators call this after checking their operands. */
export function makeNode<P extends PrimitiveName>(
  op: P,
  inputs: readonly Tensor[],
  attributes: Primitives[P],
  shape: Shape,
  dtype: DType,
): Tensor {
  return { id: nodes++, op, inputs, attributes, shape, dtype };
}

function canHold(dtype: DType, value: number): boolean {
  if (dtype === "bool") return value === 0 || value === 1;
  return isFloating(dtype) || Number.isInteger(value);
}

/**
 * A literal.
 *
 * @param values  the elements in row-major order, or one number for a scalar
 * @param shape   static; by default a scalar for a number and a vector for an array
 * @throws ShapeError when the elements do not fill the shape, or the data type cannot hold them
 */
export function constant(
  values: number | TensorValues,
  shape?: readonly number[],
  dtype: DType = "float32",
): Tensor {
  const data = typeof values === "number" ? [values] : values;
  const actual = shape ?? (typeof values === "number" ? [] : [values.length]);
  if (elementCount(actual) !== data.length) {
    throw new ShapeError("constant", `${data.length} elements do not fill the shape`, [actual]);
  }
  if (!isFloating(dtype)) {
    const wrong = data.find((value) => !canHold(dtype, value));
    if (wrong !== undefined) {
      throw new ShapeError("constant", `${wrong} is not a valid ${dtype}`);
    }
  }
  return makeNode("constant", [], { data }, actual, dtype);
}

/**
 * A value that is supplied when the program runs.
 *
 * @param name    unique within a program; used in feeds, state files and ONNX exports
 * @param shape   each run binds the symbolic dimensions
 * @param source  by default the caller feeds the input; the runtime supplies state and noise
 */
export function input(
  name: string,
  shape: Shape,
  dtype: DType = "float32",
  source: InputSource = { kind: "feed" },
): Tensor {
  const canonical = canonicalShape(shape);
  if (canonical === undefined) {
    throw new ShapeError(
      "input",
      `"${name}" has a dimension that is neither a count nor a symbol`,
      [shape],
    );
  }
  return makeNode("input", [], { name, source }, canonical, dtype);
}

/** A static shape filled with one value. */
export function full(shape: readonly number[], value: number, dtype: DType = "float32"): Tensor {
  return constant(new Float64Array(elementCount(shape)).fill(value), shape, dtype);
}

/** The integers 0 … length − 1. */
export function range(length: number, dtype: DType = "float32"): Tensor {
  return constant(
    Array.from({ length }, (_, index) => index),
    [length],
    dtype,
  );
}

/** Turns number operands into scalars of the data type of the tensor operands. */
export function asTensors(operator: string, operands: readonly TensorLike[]): Tensor[] {
  const dtype = operands.find((operand) => typeof operand !== "number")?.dtype ?? "float32";
  return operands.map((operand) => {
    if (typeof operand === "number") {
      if (canHold(dtype, operand)) return constant(operand, [], dtype);
      throw new ShapeError(operator, `${operand} is not a valid ${dtype}`, shapesOf(operands));
    }
    if (operand.dtype !== dtype) {
      throw new ShapeError(
        operator,
        `the data types ${dtype} and ${operand.dtype} differ; cast one`,
        shapesOf(operands),
      );
    }
    return operand;
  });
}

/** Shapes of the tensor operands, for error messages. */
export function shapesOf(operands: readonly TensorLike[]): Shape[] {
  return operands.flatMap((operand) => (typeof operand === "number" ? [] : [operand.shape]));
}

/** Checks that a tensor has a floating data type. @throws ShapeError naming the operator */
export function requireFloating(operator: string, x: Tensor): void {
  if (isFloating(x.dtype)) return;
  throw new ShapeError(operator, `needs a floating data type, not ${x.dtype}`, [x.shape]);
}

/** Checks that a tensor holds numbers. @throws ShapeError naming the operator */
export function requireNumbers(operator: string, x: Tensor): void {
  if (x.dtype !== "bool") return;
  throw new ShapeError(operator, "needs numbers, not bool; cast it", [x.shape]);
}
