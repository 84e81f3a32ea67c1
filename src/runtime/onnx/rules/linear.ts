import { isFloating } from "../../../tensor/dtype.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { MICROSOFT } from "../builder.js";
import type { FusedProduct, Lowering, LoweringRules } from "../rule.js";

/** Transposes the last two axes, for operators that cannot read transposed operands. */
function swapLastAxes(value: string, rank: number, { graph }: Lowering): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return graph.emit("Transpose", [value], { perm });
}

function lowerMatmul(node: Tensor<"matmul">, [a, b]: readonly string[], lowering: Lowering) {
  const { graph, mode } = lowering;
  const { transposeA, transposeB } = node.attributes;
  const [left, right] = node.inputs;
  // ONNX Runtime has no Gemm for integers on the CPU.
  if (isFloating(node.dtype) && node.shape.length === 2 && (transposeA || transposeB)) {
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

function gemmAttributes({ attributes: { transposeA, transposeB } }: Tensor<"matmul">) {
  return { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
}

/** A matrix product with its bias in one operator. */
export function lowerFusedProduct({ product, bias }: FusedProduct, lowering: Lowering): string {
  const operands = [...product.inputs, bias].map((operand) => lowering.valueOf(operand));
  return lowering.graph.emit("Gemm", operands, gemmAttributes(product));
}

export const linear: LoweringRules<"matmul"> = { matmul: lowerMatmul };
