import { isFloating } from "../dtype.js";
import {
  add,
  and,
  cast,
  cos,
  div,
  equal,
  exp,
  greater,
  less,
  log,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  square,
  sub,
  where,
} from "../ops/elementwise.js";
import type { ElementwisePrimitives } from "../primitives.js";
import type { AnyTensor, Tensor } from "../tensor.js";
import { constantRule, type GradientRules, sumToShape } from "./rule.js";

/** Cotangents of two broadcast operands. */
function both(node: Tensor, left: Tensor, right: Tensor): Tensor[] {
  return [sumToShape(left, node.inputs[0].shape), sumToShape(right, node.inputs[1].shape)];
}

/** Whether an exponent may be 0: the derivative of a⁰ by a is 0, even at a = 0. */
function hasZeros(exponent: Tensor): boolean {
  const { op, attributes } = exponent as AnyTensor;
  return op !== "constant" || attributes.data.some((value) => value === 0);
}

/** Share of the gradient that `a` gets: 1 where it is the extreme, ½ in a tie, 0 elsewhere. */
function shareOfExtreme(ahead: Tensor, a: Tensor, b: Tensor): Tensor {
  return add(cast(ahead, a.dtype), mul(cast(equal(a, b), a.dtype), 0.5));
}

export const elementwise: GradientRules<keyof ElementwisePrimitives> = {
  neg: (_, g) => [neg(g)],
  abs: ({ inputs: [x] }, g) => [mul(g, sign(x))],
  sign: constantRule,
  exp: (y, g) => [mul(g, y)],
  log: ({ inputs: [x] }, g) => [div(g, x)],
  sqrt: (y, g) => [div(mul(g, 0.5), y)],
  sin: ({ inputs: [x] }, g) => [mul(g, cos(x))],
  cos: ({ inputs: [x] }, g) => [neg(mul(g, sin(x)))],
  tanh: (y, g) => [mul(g, sub(1, square(y)))],
  sigmoid: (y, g) => [mul(g, mul(y, sub(1, y)))],
  softplus: ({ inputs: [x] }, g) => [mul(g, sigmoid(x))],
  relu: (y, g) => [where(greater(y, 0), g, 0)],
  // 2/√π · e^(−x²), with the factor moved into the exponent.
  erf: ({ inputs: [x] }, g) => [mul(g, exp(sub(Math.log(2 / Math.sqrt(Math.PI)), square(x))))],
  floor: constantRule,
  round: constantRule,
  not: constantRule,
  cast: ({ inputs: [x], dtype }, g) => [
    isFloating(x.dtype) && isFloating(dtype) ? cast(g, x.dtype) : null,
  ],
  stopGradient: constantRule,

  add: (node, g) => both(node, g, g),
  sub: (node, g) => both(node, g, neg(g)),
  mul: (node, g) => {
    const [a, b] = node.inputs;
    // g is often smaller than a and then broadcast, so doubling g costs almost nothing.
    return a.id === b.id ? [mul(mul(g, 2), a), null] : both(node, mul(g, b), mul(g, a));
  },
  div: (node, g) => {
    const [, b] = node.inputs;
    const overB = div(g, b);
    return both(node, overB, neg(mul(overB, node)));
  },
  pow: (node, g) => {
    const [a, b] = node.inputs;
    const isZero = equal(a, 0);
    const lowered = hasZeros(b) ? where(and(isZero, equal(b, 0)), 0, sub(b, 1)) : sub(b, 1);
    return both(node, mul(g, mul(b, pow(a, lowered))), mul(g, mul(node, log(where(isZero, 1, a)))));
  },
  maximum: (node, g) => {
    const [a, b] = node.inputs;
    return both(
      node,
      mul(g, shareOfExtreme(greater(a, b), a, b)),
      mul(g, shareOfExtreme(less(a, b), a, b)),
    );
  },
  minimum: (node, g) => {
    const [a, b] = node.inputs;
    return both(
      node,
      mul(g, shareOfExtreme(less(a, b), a, b)),
      mul(g, shareOfExtreme(greater(a, b), a, b)),
    );
  },
  equal: constantRule,
  less: constantRule,
  lessEqual: constantRule,
  and: constantRule,
  or: constantRule,
  where: ({ inputs: [condition, whenTrue, whenFalse] }, g) => [
    null,
    sumToShape(where(condition, g, 0), whenTrue.shape),
    sumToShape(where(condition, 0, g), whenFalse.shape),
  ],
};
