import { parentPort } from "node:worker_threads";
import { buffersOf, type Call } from "./messages.js";
import { openNodeBackend } from "./node-backend.js";
import { answering } from "./thread.js";

/** The compute thread on Node. Answers calls in the order of their arrival. */
const port = parentPort!;
const answer = answering(openNodeBackend);

port.on("message", async (call: Call) => {
  const reply = await answer(call);
  port.postMessage(reply, [...buffersOf(reply)]);
});
