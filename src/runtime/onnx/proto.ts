import onnxProto, { type onnx } from "onnx-proto";
import type { DType, HostArray } from "../../tensor/dtype.js";
import type { Shape } from "../../tensor/shape.js";

const { AttributeProto, ModelProto, TensorProto } = onnxProto.onnx;

/** A float attribute; plain numbers are integer attributes. */
export interface FloatAttribute {
  readonly float: number;
}

export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | FloatAttribute>
>;

const ELEMENT_TYPES: Readonly<Record<DType, onnx.TensorProto.DataType>> = {
  float32: TensorProto.DataType.FLOAT,
  float64: TensorProto.DataType.DOUBLE,
  int32: TensorProto.DataType.INT32,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
};

/** ONNX's number for a data type, as in the attribute `to` of `Cast`. */
export function elementType(dtype: DType): number {
  return ELEMENT_TYPES[dtype];
}

/** Attributes in protobuf form. Numbers are integers unless wrapped as {@link FloatAttribute}. */
export function toAttributeProtos(attributes: Attributes): onnx.IAttributeProto[] {
  const { AttributeType } = AttributeProto;
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, type: AttributeType.INT, i: value };
    if (typeof value === "string") {
      return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
    }
    if ("float" in value) return { name, type: AttributeType.FLOAT, f: value.float };
    return { name, type: AttributeType.INTS, ints: [...value] };
  });
}

export function toTensorProto(
  name: string,
  dtype: DType,
  shape: readonly number[],
  data: HostArray,
): onnx.ITensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: ELEMENT_TYPES[dtype], dims: [...shape], rawData };
}

export function toValueInfo(name: string, dtype: DType, shape: Shape): onnx.IValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[dtype], shape: { dim } } } };
}

/** Versions accepted by ONNX Runtime since 1.13 and by the checker of onnx 1.12. */
const IR_VERSION = 8;
const OPSET_VERSION = 17;

export interface ModelDescription {
  readonly graphName: string;
  readonly documentation?: string;
  /** Further properties, such as the model's id. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The serialised model. `domains` lists the domains of its operators; the standard one is "". */
export function encodeModel(
  graph: onnx.IGraphProto,
  domains: ReadonlySet<string>,
  { graphName, documentation = "", metadata = {} }: ModelDescription,
): Uint8Array {
  const extra = [...domains].filter((domain) => domain !== "");
  return ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: "figment",
    docString: documentation,
    opsetImport: [
      { domain: "", version: OPSET_VERSION },
      ...extra.map((domain) => ({ domain, version: 1 })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: { ...graph, name: graphName },
  }).finish();
}
