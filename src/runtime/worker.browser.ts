import { DeviceError } from "./errors.js";
import { buffersOf, type Call } from "./messages.js";
import { answering } from "./thread.js";
import { openWebBackend } from "./web-backend.js";
import { scope } from "./web-globals.js";

/** The compute thread of a page: it answers calls in the order in which they come. */
const answer = answering(openWebBackend);

// onnxruntime-web starts its threads from the file that it is bundled into. A file of its own may still
// import this one; but when it is this one, the thread would be waited for without end.
if (!scope.name?.startsWith("em-pthread")) {
  scope.onmessage = async ({ data }) => {
    const reply = await answer(data as Call);
    scope.postMessage(reply, [...buffersOf(reply)]);
  };
} else if (scope.location.href === import.meta.url) {
  throw new DeviceError(
    "onnxruntime-web is bundled into the compute thread's own file, from where it cannot start threads: " +
      'let the bundler split code (Vite: worker.format "es"; esbuild: splitting), or open the device with threads: 1',
  );
}
