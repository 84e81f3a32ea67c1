import { buffersOf, type Call } from "./messages.js";
import { answering } from "./thread.js";
import { openWebBackend } from "./web-backend.js";
import { scope } from "./web-globals.js";

/** The compute thread of a page: it answers calls in the order in which they come. */
const answer = answering(openWebBackend);

// onnxruntime-web starts its own threads from the file that it is bundled into, which may be this one.
if (!scope.name?.startsWith("em-pthread")) {
  scope.onmessage = async ({ data }) => {
    const reply = await answer(data as Call);
    scope.postMessage(reply, [...buffersOf(reply)]);
  };
}
