import { isFloating } from "../../../tensor/dtype.js";
import { add, cast, div, exp, mul, neg, sub, where } from "../../../tensor/ops/elementwise.js";
import { broadcastTo } from "../../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type Identities, is, uniformValue, withScalar } from "./identity.js";

/** An operand broadcast to the node's shape. */
function as(node: Tensor, operand: Tensor): Tensor {
  return broadcastTo(operand, node.shape);
}

/** x times a number, unless the number is so large or small that it may overflow or underflow. */
function scaled(node: Tensor, x: Tensor, factor: number): Tensor | undefined {
  const size = Math.abs(factor);
  if (!isFloating(node.dtype) || !(size > 1e-30 && size < 1e30)) return undefined;
  return as(node, mul(x, constant(factor, [], node.dtype)));
}

/** The x and the factor of a node that scales x by a number, such as x · c, x / c or −x. */
function scaling(node: Tensor): { x: Tensor; factor: number } | undefined {
  if (is(node, "mul")) {
    const found = withScalar(node);
    return found && { x: found.other, factor: found.value };
  }
  if (is(node, "div")) {
    const divisor = uniformValue(node.inputs[1]);
    return divisor === undefined ? undefined : { x: node.inputs[0], factor: 1 / divisor };
  }
  return is(node, "neg") ? { x: node.inputs[0], factor: -1 } : undefined;
}

/** The sum of two complementary `where` nodes as one: the gradient of both branches of a `where`. */
function eitherOr(node: Tensor, first: Tensor, second: Tensor): Tensor | undefined {
  const other = is(second, "mul") ? withScalar(second) : { other: second, value: 1 };
  if (!is(first, "where") || other === undefined || !is(other.other, "where")) return undefined;
  const [condition, whenTrue, zero] = first.inputs;
  const [same, otherZero, whenFalse] = other.other.inputs;
  const exclusive =
    condition.id === same.id && uniformValue(zero) === 0 && uniformValue(otherZero) === 0;
  if (!exclusive || !Number.isFinite(other.value)) return undefined;
  const factor = constant(other.value, [], node.dtype);
  return as(
    node,
    where(condition, whenTrue, other.value === 1 ? whenFalse : mul(whenFalse, factor)),
  );
}

/**
 * k · e^(c − x) = e^(c + ln k − x), also inside a product. If the exponent already adds a number, a
 * positive factor moves into it at no cost.
 */
function intoExponent({ x, factor }: { x: Tensor; factor: number }): Tensor | undefined {
  if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) return undefined;
  if (is(x, "mul")) {
    for (const [power, other] of [x.inputs, [...x.inputs].reverse()]) {
      const scaledPower = is(power, "exp") ? intoExponent({ x: power, factor }) : undefined;
      if (scaledPower !== undefined) return mul(other, scaledPower);
    }
  }
  if (!is(x, "exp") || !is(x.inputs[0], "sub")) return undefined;
  const [number, rest] = x.inputs[0].inputs;
  const known = uniformValue(number);
  if (known === undefined || number.shape.length > 0) return undefined;
  return exp(sub(constant(known + Math.log(factor), [], x.dtype), rest));
}

export const arithmetic: Identities = {
  neg: (node) => {
    const [x] = node.inputs;
    if (is(x, "neg")) return x.inputs[0];
    if (is(x, "sub")) return sub(x.inputs[1], x.inputs[0]);
    const inner = is(x, "mul") ? scaling(x) : undefined;
    return inner && scaled(node, inner.x, -inner.factor);
  },
  not: ({ inputs: [x] }) => (is(x, "not") ? x.inputs[0] : undefined),
  abs: ({ inputs: [x] }) => (is(x, "abs") ? x : undefined),
  relu: ({ inputs: [x] }) => (is(x, "relu") ? x : undefined),
  stopGradient: ({ inputs: [x] }) => x,
  cast: ({ inputs: [x], attributes: { dtype } }) => {
    if (x.dtype === dtype) return x;
    if (!is(x, "cast")) return undefined;
    const [origin] = x.inputs;
    const exact =
      origin.dtype === "bool" ||
      (origin.dtype === "int32" && (x.dtype === "int64" || x.dtype === "float64")) ||
      (origin.dtype === "float32" && x.dtype === "float64");
    return exact ? cast(origin, dtype) : undefined;
  },

  add: (node) => {
    const [a, b] = node.inputs;
    if (uniformValue(b) === 0) return as(node, a);
    if (uniformValue(a) === 0) return as(node, b);
    if (is(b, "neg")) return sub(a, b.inputs[0]);
    if (is(a, "neg")) return sub(b, a.inputs[0]);
    return eitherOr(node, a, b) ?? eitherOr(node, b, a);
  },
  sub: (node) => {
    const [a, b] = node.inputs;
    if (uniformValue(b) === 0) return as(node, a);
    if (is(b, "neg")) return add(a, b.inputs[0]);
    return undefined;
  },
  mul: (node) => {
    const [a, b] = node.inputs;
    if (is(a, "neg") && is(b, "neg")) return mul(a.inputs[0], b.inputs[0]);
    const outer = scaling(node);
    if (outer === undefined) return undefined;
    if (outer.factor === 1) return as(node, outer.x);
    if (outer.factor === -1) return as(node, neg(outer.x));
    const inner = scaling(outer.x);
    if (inner !== undefined) return scaled(node, inner.x, inner.factor * outer.factor);
    const power = intoExponent(outer);
    return power && as(node, power);
  },
  div: (node) => {
    const [a, b] = node.inputs;
    if (is(a, "neg") && is(b, "neg")) return div(a.inputs[0], b.inputs[0]);
    const outer = scaling(node);
    if (outer === undefined) return undefined;
    if (outer.factor === 1) return as(node, outer.x);
    if (isFloating(node.dtype) && Number.isInteger(Math.log2(Math.abs(outer.factor)))) {
      return scaled(node, outer.x, outer.factor);
    }
    const inner = scaling(outer.x);
    return inner && scaled(node, inner.x, inner.factor * outer.factor);
  },
  pow: (node) => {
    const [x] = node.inputs;
    const exponent = uniformValue(node.inputs[1]);
    if (exponent === 1) return as(node, x);
    if (exponent === 2) return as(node, mul(x, x));
    if (exponent === -1 && isFloating(node.dtype)) return as(node, div(1, x));
    return undefined;
  },
  maximum: (node) => (node.inputs[0].id === node.inputs[1].id ? node.inputs[0] : undefined),
  minimum: (node) => (node.inputs[0].id === node.inputs[1].id ? node.inputs[0] : undefined),
  where: (node) => {
    const [condition, whenTrue, whenFalse] = node.inputs;
    if (whenTrue.id === whenFalse.id) return as(node, whenTrue);
    const known = uniformValue(condition);
    return known === undefined ? undefined : as(node, known !== 0 ? whenTrue : whenFalse);
  },
};
