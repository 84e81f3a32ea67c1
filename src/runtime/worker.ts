import { parentPort, workerData } from "node:worker_threads";
import { type Engine, LocalEngine } from "./engine.js";
import { buffersOf, type Call, type Reply, toErrorData } from "./messages.js";
import { openNodeBackend } from "./node-backend.js";
import type { DeviceOptions } from "./program.js";

/** The compute thread: an engine that answers calls in the order in which they come. */
const port = parentPort!;
let engine: LocalEngine | undefined;

async function perform({ method, args }: Call): Promise<unknown> {
  if (method === "open") {
    const backend = await openNodeBackend(workerData as DeviceOptions);
    engine = new LocalEngine(backend);
    return { kind: backend.kind, threads: backend.threads };
  }
  const methods = engine as unknown as Record<keyof Engine, (...args: unknown[]) => unknown>;
  return methods[method](...args);
}

port.on("message", async (call: Call) => {
  let reply: Reply;
  try {
    reply = { id: call.id, result: await perform(call) };
  } catch (error) {
    reply = { id: call.id, error: toErrorData(error) };
  }
  port.postMessage(reply, [...buffersOf(reply)]);
});
