import { parentPort, workerData } from "node:worker_threads";
import type { Call, Told } from "../engine/messages.js";
import { serve } from "../live/serve.js";
import { nodeEnvironment, type Places } from "./node-environment.js";

/** The thread of a session: it trains, while the server's own thread answers requests. */
if (parentPort !== null) {
  const port = parentPort;
  serve(
    {
      post: (told: Told) => port.postMessage(told),
      onMessage: (listener) => port.on("message", (call: Call) => listener(call)),
    },
    nodeEnvironment(workerData as Places),
  );
}
