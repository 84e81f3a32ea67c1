import type { onnx } from "onnx-proto";
import { sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/**
 * Whether one of a tensor's operators must stay on the CPU when the others run on WebGPU. The list
 * comes from comparing every operator with the float64 interpreter on ONNX Runtime 1.30. Operators
 * without any WebGPU kernel are placed on the CPU by ONNX Runtime itself.
 */
export function needsHost({ inputs }: Tensor, { opType, output }: onnx.INodeProto): boolean {
  switch (opType) {
    // WGSL guarantees an error of 2⁻¹¹, and only for angles within ±π.
    case "Sin":
    case "Cos":
      return true;
    // The kernel does not return positions.
    case "MaxPool":
      return output!.length > 1;
    // The kernel fails if both operands are broadcast.
    case "Pow":
      return (
        inputs.every(({ shape }) => shape.length > 0) &&
        !sameShape(inputs[0].shape, inputs[1].shape)
      );
    default:
      return false;
  }
}
