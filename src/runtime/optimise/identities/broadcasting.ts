import { broadcastTo } from "../../../tensor/ops/rearrange.js";
import { broadcastShapes, type Shape, sameShape } from "../../../tensor/shape.js";
import { constant, makeNode } from "../../../tensor/tensor.js";
import { ELEMENTWISE } from "../../elementwise.js";
import { compressible, type Identities, type Identity, is } from "./identity.js";

/**
 * Moves broadcasting behind an elementwise operator. The operator broadcasts its operands itself, and
 * if its result is repeated too, it computes the distinct elements once and the result is broadcast.
 */
const hoist: Identity<(typeof ELEMENTWISE)[number]> = (node) => {
  if (!node.inputs.some((operand) => is(operand, "broadcastTo"))) return undefined;
  const operands = node.inputs.map((operand) =>
    is(operand, "broadcastTo") ? operand.inputs[0] : operand,
  );
  const shape = operands.reduce<Shape>((sum, operand) => broadcastShapes(sum, operand.shape)!, []);
  const smaller = makeNode(node.op, operands, node.attributes, shape, node.dtype);
  return sameShape(shape, node.shape) ? smaller : broadcastTo(smaller, node.shape);
};

export const broadcasting: Identities = {
  ...Object.fromEntries(ELEMENTWISE.map((op) => [op, hoist])),
  broadcastTo: ({ inputs: [x], shape }) => {
    if (sameShape(x.shape, shape)) return x;
    return is(x, "broadcastTo") ? broadcastTo(x.inputs[0], shape) : undefined;
  },
  constant: (node) => {
    const value = compressible(node);
    return value === undefined
      ? undefined
      : broadcastTo(constant(value, [], node.dtype), node.shape);
  },
};
