import { reshape, slice } from "../tensor/ops/rearrange.js";
import { input } from "../tensor/tensor.js";
import { lower } from "./onnx/lower.js";
import { elementType, encodeModel } from "./onnx/proto.js";
import type { GroupSpec } from "./program.js";
import { layOut } from "./state-layout.js";

/** Helper models for a group of state that stays on the device. */
export interface GroupModels {
  /** Splits the vector `whole` into results called `slot:NAME`. */
  readonly split: Uint8Array;
  /** `y = x` for any shape. Fetching `y` into host memory copies a tensor off the device. */
  readonly copy: Uint8Array;
}

export function planGroupModels(group: GroupSpec): GroupModels {
  const { whole, places } = layOut(group);
  const vector = input("whole", whole.shape, group.dtype);
  const slots = Array.from(places, ([name, { offset, length, shape }]) => {
    const part = slice(vector, [{ start: offset, end: offset + length }]);
    return [`slot:${name}`, reshape(part, shape)] as const;
  });
  const { model } = lower(Object.fromEntries(slots), { mode: "session", graphName: "split" });
  return { split: model, copy: copyModel(group) };
}

function copyModel({ dtype }: GroupSpec): Uint8Array {
  const type = { tensorType: { elemType: elementType(dtype) } };
  const graph = {
    node: [{ opType: "Identity", input: ["x"], output: ["y"] }],
    input: [{ name: "x", type }],
    output: [{ name: "y", type }],
  };
  return encodeModel(graph, new Set(), { graphName: "copy" });
}
