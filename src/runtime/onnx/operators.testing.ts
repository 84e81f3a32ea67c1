import onnxProto from "onnx-proto";
import type { Tensor } from "../../tensor/tensor.js";
import { planProgram } from "../plan.js";

/** Counts the operators, by type, in the model that a session loads for a program. */
export function operatorsOf(
  outputs: Readonly<Record<string, Tensor>>,
  block: number | undefined,
): Record<string, number> {
  const { model } = planProgram({ outputs, updates: {} }, { plain: false, block, loops: true });
  const { graph } = onnxProto.onnx.ModelProto.decode(model);
  const counts: Record<string, number> = {};
  for (const { opType, domain } of graph!.node!) {
    const name = domain === "com.microsoft.nchwc" ? `blocked ${opType}` : opType!;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
