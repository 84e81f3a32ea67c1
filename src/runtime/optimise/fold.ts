import { elementCount, isStatic } from "../../tensor/shape.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { evaluateNode, type NDArray } from "../interpreter/index.js";

/** A folded constant may have this many elements, or as many as its operands have together. */
const MAX_GROWTH = 4096;

/** The elements of a constant, or of a small broadcast of one. */
function elementsOf(tensor: Tensor): NDArray | undefined {
  const { shape, op } = tensor;
  if (!isStatic(shape)) return undefined;
  if (op === "constant") {
    const { data } = (tensor as Tensor<"constant">).attributes;
    return { data: Float64Array.from(data), shape };
  }
  if (op !== "broadcastTo" || elementCount(shape) > MAX_GROWTH) return undefined;
  const source = elementsOf(tensor.inputs[0]);
  return source && evaluateNode(tensor, [source]);
}

/**
 * The constant that a node of constants is.
 *
 * Broadcasting is left to whoever uses the result, so that no large array is made of one number;
 * for the same reason a constant of equal elements becomes a broadcast scalar (see identities).
 */
export function fold(node: Tensor): Tensor | undefined {
  if (node.op === "constant" || node.op === "input" || node.op === "broadcastTo") return undefined;
  if (node.inputs.length === 0 || !isStatic(node.shape)) return undefined;
  const operands = node.inputs.map(elementsOf);
  if (!operands.every((operand) => operand !== undefined)) return undefined;
  const given = operands.reduce((sum, { data }) => sum + data.length, 0);
  if (elementCount(node.shape) > Math.max(MAX_GROWTH, given)) return undefined;
  try {
    const { data } = evaluateNode(node, operands, {}, { precision: "declared" });
    return constant(data, node.shape, node.dtype);
  } catch (error) {
    // What cannot be computed, such as an index out of range, is left to fail when it is run.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
