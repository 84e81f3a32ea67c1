import { isFloating } from "../../tensor/dtype.js";
import type { ElementwisePrimitives, PrimitiveName } from "../../tensor/primitives.js";
import { broadcast, type NDArray } from "./array.js";
import type { Kernel, Kernels } from "./kernel.js";
import { erf, productOf, roundHalfToEven, sigmoid, softplus } from "./special-functions.js";

function unary(f: (x: number) => number): Kernel<PrimitiveName> {
  return (_, [x]) => x.data.map((value) => f(value));
}

function zip(
  f: (a: number, b: number) => number,
  a: NDArray,
  b: NDArray,
  shape: readonly number[],
): Float64Array {
  const left = broadcast(a, shape);
  const right = broadcast(b, shape);
  return left.map((value, index) => f(value, right[index]));
}

function binary(f: (a: number, b: number) => number): Kernel<PrimitiveName> {
  return (_, [a, b], shape) => zip(f, a, b, shape);
}

/** Integer division that truncates towards zero, as in ONNX. @throws RangeError if b is 0 */
function divideIntegers(a: number, b: number): number {
  if (b === 0) throw new RangeError(`the integer ${a} is divided by zero`);
  return Math.trunc(a / b);
}

/** IEEE 754's power: 1 to the power NaN is 1, while in JavaScript it is NaN. */
const power = (a: number, b: number): number => (a === 1 ? 1 : a ** b);

/** Operators that compute element by element. NaN operands give NaN. */
export const elementwise: Kernels<keyof ElementwisePrimitives> = {
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
  relu: unary((x) => Math.max(x, 0)),
  erf: unary(erf),
  floor: unary(Math.floor),
  round: unary(roundHalfToEven),
  not: unary((x) => 1 - x),
  cast: ({ attributes: { dtype } }, [{ data }]) => {
    if (isFloating(dtype)) return data;
    return dtype === "bool" ? data.map((x) => (x === 0 ? 0 : 1)) : data.map(Math.trunc);
  },
  stopGradient: (_, [x]) => x.data,

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: ({ dtype }, [a, b], shape) => zip(productOf(dtype), a, b, shape),
  div: ({ dtype }, [a, b], shape) =>
    zip(isFloating(dtype) ? (x, y) => x / y : divideIntegers, a, b, shape),
  pow: ({ dtype }, [a, b], shape) =>
    zip(isFloating(dtype) ? power : (x, y) => Math.trunc(power(x, y)), a, b, shape),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  less: binary((a, b) => (a < b ? 1 : 0)),
  lessEqual: binary((a, b) => (a <= b ? 1 : 0)),
  and: binary((a, b) => a * b),
  or: binary(Math.max),
  where: (_, [condition, whenTrue, whenFalse], shape) => {
    const left = broadcast(whenTrue, shape);
    const right = broadcast(whenFalse, shape);
    return broadcast(condition, shape).map((holds, index) => (holds ? left[index] : right[index]));
  },
};
