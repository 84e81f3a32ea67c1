import onnxProto from "onnx-proto";
import type { InferenceSession } from "onnxruntime-common";
import { loadLibrary } from "../src/runtime/node-library.js";
import { startTraining } from "./contestants/training.js";
import type { BenchStep } from "./steps/step.js";

type Options = InferenceSession.SessionOptions;
type Create = (model: Uint8Array, options: Options) => Promise<InferenceSession>;

/**
 * Calls a function for each session that the library opens while `work` runs; it may change the session's
 * options.
 */
export async function watchingSessions<R>(
  watch: (model: Uint8Array, options: Options) => Options,
  opened: (session: InferenceSession) => void,
  work: () => Promise<R>,
): Promise<R> {
  const { InferenceSession } = await loadLibrary();
  const create = InferenceSession.create as unknown as Create;
  const watched: Create = async (model, options) => {
    const session = await create.call(InferenceSession, model, watch(model, options));
    opened(session);
    return session;
  };
  Object.assign(InferenceSession, { create: watched });
  try {
    return await work();
  } finally {
    Object.assign(InferenceSession, { create });
  }
}

/** Number of nodes in the model that a step is compiled to, as ONNX Runtime receives it. */
export async function countNodes(step: BenchStep, threads: number): Promise<number> {
  let largest = 0;
  const { trainer, device } = await watchingSessions(
    (model, options) => {
      const { graph } = onnxProto.onnx.ModelProto.decode(model);
      largest = Math.max(largest, graph?.node?.length ?? 0);
      return options;
    },
    () => undefined,
    () => startTraining(step, threads),
  );
  await trainer.release();
  await device.close();
  return largest;
}
