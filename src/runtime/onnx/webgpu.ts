import type { onnx } from "onnx-proto";
import { sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/**
 * Whether an operator that a tensor was lowered to computes on the CPU where the others compute on
 * WebGPU. Found by running every operator against the float64 interpreter on ONNX Runtime 1.30;
 * operators that WebGPU has no kernel for at all are placed on the CPU by ONNX Runtime itself.
 */
export function needsHost({ inputs }: Tensor, { opType, output }: onnx.INodeProto): boolean {
  switch (opType) {
    // WGSL promises 2⁻¹¹, and only for angles within ±π.
    case "Sin":
    case "Cos":
      return true;
    // The kernel has no positions.
    case "MaxPool":
      return output!.length > 1;
    // The kernel fails where both operands are stretched.
    case "Pow":
      return (
        inputs.every(({ shape }) => shape.length > 0) &&
        !sameShape(inputs[0].shape, inputs[1].shape)
      );
    default:
      return false;
  }
}
