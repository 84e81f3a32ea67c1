import onnxProto from "onnx-proto";
import { describe, expect, test } from "vitest";
import { openBackend } from "./host.js";
import { loadLibrary } from "./node-library.js";
import { identityModel } from "./ort-session.js";
import { END_OF_COPIES, endedCopies, endingCopies } from "./unread-results.js";

const { ModelProto, TensorProto } = onnxProto.onnx;

describe("a run that fills given tensors", () => {
  test("ends before the library copies them", async () => {
    const { InferenceSession, Tensor } = await loadLibrary();
    const session = await InferenceSession.create(endingCopies(identityModel()));
    const filled = new Tensor("float32", new Float32Array(1), []);
    const run = session.run(
      { x: new Tensor("float32", Float32Array.of(7), []) },
      { [END_OF_COPIES]: null, y: filled },
    );
    expect(await run.then(() => undefined, endedCopies)).toBe(true);
    expect([...(filled.data as Float32Array)]).toEqual([7]);
    expect(session.outputNames[0]).toBe(END_OF_COPIES);
    await session.release();
  });

  test("has a first result that the part in front of the model describes", () => {
    const elemType = { tensorType: { elemType: TensorProto.DataType.FLOAT } };
    const graph = {
      node: [{ opType: "SequenceEmpty", output: [END_OF_COPIES] }],
      output: [{ name: END_OF_COPIES, type: { sequenceType: { elemType } } }],
    };
    const part = endingCopies(new Uint8Array());
    expect(ModelProto.decode(part)).toEqual(ModelProto.fromObject({ graph }));
    expect(part).toEqual(new Uint8Array(ModelProto.encode({ graph }).finish()));
  });

  test("is not taken to have ended so when it failed", () => {
    expect(endedCopies(new Error("Non-zero status code returned"))).toBe(false);
    expect(endedCopies("Non tensor type is temporarily not supported.")).toBe(false);
  });

  test("works on a model older than sequences", async () => {
    const old = ModelProto.decode(identityModel());
    old.opsetImport[0].version = 10;
    const backend = await openBackend({ device: "cpu", threads: 1 });
    const session = await backend.createSession(ModelProto.encode(old).finish());
    const filled = backend.tensor("float32", new Float32Array(1), []);
    await session.run({ x: backend.tensor("float32", Float32Array.of(7), []) }, { y: filled });
    expect([...filled.data]).toEqual([7]);
    await session.release();
  });
});
