import type { Tensor } from "onnxruntime-common";
import { stream } from "../../src/runtime/index.js";
import { loadLibrary } from "../../src/runtime/node-library.js";

/** What an exported graph is fed with; inputs that it does not have are left out. */
export interface OnnxRequest {
  readonly count: number;
  /** Of the noise inputs, which the library would fill itself. */
  readonly seed: number;
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly noise: ReadonlyMap<string, "uniform" | "normal">;
}

/** Runs an ONNX file with nothing but ONNX Runtime, as a user of the file would. */
export async function runOnnx(
  model: Uint8Array,
  { count, seed, feeds, noise }: OnnxRequest,
): Promise<Float32Array> {
  const ort = await loadLibrary();
  const session = await ort.InferenceSession.create(model);
  const inputs: Record<string, Tensor> = {};
  for (const info of session.inputMetadata) {
    if (!info.isTensor) throw new Error(`${info.name} is no tensor`);
    const shape = info.shape.map((dim) => (typeof dim === "number" ? dim : count));
    const length = shape.reduce((product, dim) => product * dim, 1);
    const distribution = noise.get(info.name);
    const drawn = new Float32Array(length);
    if (distribution !== undefined) stream(seed, info.name)[distribution](drawn);
    const data = feeds[info.name] ?? drawn;
    inputs[info.name] =
      data instanceof Int32Array
        ? new ort.Tensor("int32", data, shape)
        : new ort.Tensor("float32", data, shape);
  }
  const outputs = await session.run(inputs);
  await session.release();
  return outputs[session.outputNames[0]].data as Float32Array;
}
