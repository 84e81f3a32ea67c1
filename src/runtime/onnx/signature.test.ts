import onnxProto, { type onnx } from "onnx-proto";
import { describe, expect, test } from "vitest";
import { readSignature } from "./signature.js";

const { AttributeProto, FunctionProto, ModelProto, TensorProto } = onnxProto.onnx;
const { AttributeType } = AttributeProto;

const type = { tensorType: { elemType: TensorProto.DataType.FLOAT, shape: { dim: [] } } };

/** y = −x, with more in the graph and in the model. */
function modelWith(graph: onnx.IGraphProto, functions: onnx.IFunctionProto[] = []): Uint8Array {
  const node = [{ opType: "Neg", input: ["x"], output: ["y"] }, ...(graph.node ?? [])];
  const ends = { input: [{ name: "x", type }], output: [{ name: "y", type }] };
  return ModelProto.encode({ graph: { ...ends, ...graph, node }, functions }).finish();
}

const w: onnx.ITensorProto = {
  name: "w",
  dims: [2],
  dataLocation: TensorProto.DataLocation.EXTERNAL,
  externalData: [{ key: "location", value: "weights.bin" }],
};
const indices = { dims: [2], dataType: TensorProto.DataType.INT64, int64Data: [0, 1] };

/** A node with one attribute, as a list. */
const node = (attribute: onnx.IAttributeProto): onnx.INodeProto[] => [
  { opType: "Constant", output: ["w"], attribute: [{ name: "value", ...attribute }] },
];
const constant = node({ type: AttributeType.TENSOR, t: w });

/** A field of Protocol Buffers that holds a message of less than 128 bytes. */
const field = (tag: readonly number[], message: Uint8Array) => [...tag, message.length, ...message];

/** A model whose function has a default attribute, which onnx-proto neither writes nor reads. */
function withDefaultAttribute(): Uint8Array {
  const own = FunctionProto.encode({ name: "F", node: node({ refAttrName: "v" }) }).finish();
  const value = AttributeProto.encode({ name: "v", type: AttributeType.TENSOR, t: w }).finish();
  const whole = Uint8Array.from([...own, ...field([0x5a], value)]);
  return Uint8Array.from([...modelWith({}), ...field([0xca, 0x01], whole)]);
}

describe("readSignature refuses weights in another file", () => {
  test.each<[string, Uint8Array]>([
    ["an initialiser", modelWith({ initializer: [w] })],
    ["a name of a file alone", modelWith({ initializer: [{ ...w, dataLocation: 0 }] })],
    ["a sparse initialiser", modelWith({ sparseInitializer: [{ values: w, indices }] })],
    ["a node", modelWith({ node: constant })],
    ["a list of tensors", modelWith({ node: node({ type: AttributeType.TENSORS, tensors: [w] }) })],
    [
      "a sparse constant",
      modelWith({
        node: node({ type: AttributeType.SPARSE_TENSOR, sparseTensor: { values: w, indices } }),
      }),
    ],
    ["a branch", modelWith({ node: node({ type: AttributeType.GRAPH, g: { node: constant } }) })],
    ["a function", modelWith({}, [{ name: "F", node: constant }])],
    ["a default attribute of a function", withDefaultAttribute()],
    [
      "a graph written in two parts",
      Uint8Array.from([
        ...ModelProto.encode({ graph: { initializer: [w] } }).finish(),
        ...modelWith({}),
      ]),
    ],
  ])("of %s", (_, model) => {
    expect(() => readSignature(model)).toThrow(
      'it keeps weights ("w") in another file; save the model as one file, without external data',
    );
  });

  test("and reads a model that keeps all in itself", () => {
    const own = { ...w, dataLocation: 0, externalData: [], rawData: new Uint8Array(200) };
    const inside = node({ type: AttributeType.TENSOR, t: own });
    const model = modelWith({ initializer: [own], node: inside }, [{ name: "F", node: inside }]);
    expect(readSignature(model)).toEqual({
      inputs: [{ name: "x", type: "float", shape: [] }],
      outputs: [{ name: "y", type: "float", shape: [] }],
      operators: 2,
    });
  });

  test("and bytes that are no model", () => {
    expect(() => readSignature(Uint8Array.of(0x3b, 1, 2))).toThrow("it is no ONNX model");
  });
});
