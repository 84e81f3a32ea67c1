import { isMainThread, Worker } from "node:worker_threads";
import type { Reply } from "./messages.js";
import { disableTelemetryOfProcess } from "./telemetry.js";
import type { ComputeThread, ThreadListener } from "./thread.js";

/** Starts a compute thread, without the flags of the caller's process such as --input-type. */
export function startThread(
  listener: ThreadListener,
  script: URL = new URL("./worker.js", import.meta.url),
): ComputeThread {
  if (isMainThread) disableTelemetryOfProcess();
  const worker = new Worker(script, { execArgv: [] });
  worker.on("message", (reply: Reply) => listener.reply(reply));
  worker.on("error", (cause) =>
    listener.ended(`the compute thread failed: ${cause.message}`, cause),
  );
  worker.on("exit", (code) => listener.ended(`the compute thread ended with code ${code}`));
  worker.unref();
  return {
    post: (call, moved) => worker.postMessage(call, moved),
    hold: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: () => worker.terminate(),
  };
}
