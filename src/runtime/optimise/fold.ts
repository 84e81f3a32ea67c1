import { elementCount, isStatic } from "../../tensor/shape.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { evaluateNode, type NDArray } from "../interpreter/index.js";

/** A folded constant has at most this many elements, or as many as its operands together. */
const MAX_GROWTH = 4096;

/** A device rounds every value to its data type, literals included. */
const AS_ON_DEVICE = { precision: "declared" } as const;

/** The elements of a constant or of a small broadcast constant. */
function elementsOf(tensor: Tensor): NDArray | undefined {
  const { shape, op } = tensor;
  if (!isStatic(shape)) return undefined;
  if (op === "constant") return evaluateNode(tensor, [], {}, AS_ON_DEVICE);
  if (op !== "broadcastTo" || elementCount(shape) > MAX_GROWTH) return undefined;
  const source = elementsOf(tensor.inputs[0]);
  return source && evaluateNode(tensor, [source]);
}

/**
 * Computes a node whose operands are all constant.
 *
 * Broadcasts are kept, so that a single number does not become a large array; for the same reason a
 * constant of equal elements becomes a broadcast scalar (see identities).
 */
export function fold(node: Tensor): Tensor | undefined {
  if (node.op === "constant" || node.op === "input" || node.op === "broadcastTo") return undefined;
  if (node.inputs.length === 0 || !isStatic(node.shape)) return undefined;
  const operands = node.inputs.map(elementsOf);
  if (!operands.every((operand) => operand !== undefined)) return undefined;
  const given = operands.reduce((sum, { data }) => sum + data.length, 0);
  if (elementCount(node.shape) > Math.max(MAX_GROWTH, given)) return undefined;
  try {
    const { data } = evaluateNode(node, operands, {}, AS_ON_DEVICE);
    return constant(data, node.shape, node.dtype);
  } catch (error) {
    // A node that cannot be computed, such as an index out of range, fails at run time instead.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
