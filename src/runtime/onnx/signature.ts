import onnxProto, { type onnx } from "onnx-proto";
import { ProgramError } from "../errors.js";
import { requireSelfContained } from "./external-weights.js";

const { ModelProto, TensorProto } = onnxProto.onnx;

/** An input or output of an ONNX model, as its file declares it. */
export interface OnnxValue {
  readonly name: string;
  /** Element type in lower case, such as "float" or "uint8"; "other" for what is no tensor. */
  readonly type: string;
  /** Sizes, names of sizes that vary, and null for what is unknown; null where the rank is unknown. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** What an ONNX model takes and gives. */
export interface OnnxSignature {
  /** Without constants that the file lists among its inputs. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Number of operators. */
  readonly operators: number;
}

/**
 * Reads what an ONNX model takes and gives.
 *
 * @throws ProgramError when the bytes are no ONNX model, or the model keeps weights in other files
 */
export function readSignature(model: Uint8Array): OnnxSignature {
  const graph = decode(model).graph;
  if (!graph?.node?.length || !graph.output?.length) {
    throw new ProgramError("it is no ONNX model");
  }
  requireSelfContained(model);
  const constants = new Set((graph.initializer ?? []).map(({ name }) => name));
  return {
    inputs: (graph.input ?? []).filter(({ name }) => !constants.has(name)).map(describe),
    outputs: graph.output.map(describe),
    operators: graph.node.length,
  };
}

function decode(model: Uint8Array): onnx.IModelProto {
  try {
    return ModelProto.decode(model);
  } catch (cause) {
    throw new ProgramError("it is no ONNX model", { cause });
  }
}

function describe({ name, type }: onnx.IValueInfoProto): OnnxValue {
  const tensor = type?.tensorType;
  const element = tensor?.elemType;
  const known = Object.entries(TensorProto.DataType).find(([, number]) => number === element);
  const dims = tensor?.shape?.dim;
  return {
    name: name ?? "",
    type: known?.[0].toLowerCase() ?? "other",
    shape:
      dims?.map(({ dimValue, dimParam }) => {
        if (dimParam) return dimParam;
        // An absent size reads as 0.
        return Number(dimValue ?? 0) || null;
      }) ?? null,
  };
}
