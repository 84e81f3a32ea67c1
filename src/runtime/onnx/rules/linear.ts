import type { Tensor } from "../../../tensor/tensor.js";
import { MICROSOFT } from "../builder.js";
import type { FusedProduct, Lowering, LoweringRules } from "../rule.js";

/** A transposition of the last two axes, written out for operators that cannot read transposed. */
function swapLastAxes(value: string, rank: number, { graph }: Lowering): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return graph.emit("Transpose", [value], { perm });
}

function lowerMatmul(node: Tensor<"matmul">, [a, b]: readonly string[], lowering: Lowering) {
  const { graph, mode } = lowering;
  const { transposeA, transposeB } = node.attributes;
  const [left, right] = node.inputs;
  if (mode === "session" && transposesFirst(node)) {
    return graph.emit("MatMul", [graph.emit("Transpose", [a], { perm: [1, 0] }), b]);
  }
  if (node.shape.length === 2 && (transposeA || transposeB)) {
    return graph.emit("Gemm", [a, b], gemmAttributes(node));
  }
  if (!transposeA && !transposeB) return graph.emit("MatMul", [a, b]);
  if (mode === "session" && node.dtype === "float32") {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    return graph.emitAll("FusedMatMul", [a, b], attributes, { domain: MICROSOFT })[0];
  }
  return graph.emit("MatMul", [
    transposeA ? swapLastAxes(a, left.shape.length, lowering) : a,
    transposeB ? swapLastAxes(b, right.shape.length, lowering) : b,
  ]);
}

/** How wide the first operand of AᵀB may be against the second for its transposition to be worth it. */
const WIDEST = 2;

/**
 * Whether AᵀB is faster with Aᵀ written out, as it is for the weight gradient of a dense layer: `Gemm`
 * transposes A anew for each part of its result.
 */
function transposesFirst({ shape, dtype, inputs, attributes }: Tensor<"matmul">): boolean {
  const { transposeA, transposeB } = attributes;
  if (!transposeA || transposeB || dtype !== "float32") return false;
  if (inputs.some((operand) => operand.shape.length !== 2)) return false;
  const [rows, columns] = shape;
  return typeof rows === "number" && typeof columns === "number" && rows <= WIDEST * columns;
}

function gemmAttributes({ attributes: { transposeA, transposeB } }: Tensor<"matmul">) {
  return { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
}

/** A matrix product with its bias in one operator. */
export function lowerFusedProduct({ product, bias }: FusedProduct, lowering: Lowering): string {
  const operands = [...product.inputs, bias].map((operand) => lowering.valueOf(operand));
  return lowering.graph.emit("Gemm", operands, gemmAttributes(product));
}

export const linear: LoweringRules<"matmul"> = { matmul: lowerMatmul };
