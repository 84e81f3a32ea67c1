import { DeviceError } from "./errors.js";
import { buffersOf, type Call } from "./messages.js";
import { answering } from "./thread.js";
import { openWebBackend } from "./web-backend.js";
import { scope } from "./web-globals.js";

/** The compute thread of a page. Answers calls in the order of their arrival. */
const answer = answering(openWebBackend);

// onnxruntime-web starts its threads by loading the file that it is bundled into. That may be a chunk
// that imports this file. But if it is this very file, the library would wait for ever for the thread.
if (!scope.name?.startsWith("em-pthread")) {
  scope.onmessage = async ({ data }) => {
    const reply = await answer(data as Call);
    scope.postMessage(reply, [...buffersOf(reply)]);
  };
} else if (scope.location.href === import.meta.url) {
  throw new DeviceError(
    "onnxruntime-web cannot start threads because it is bundled into the compute thread's own file: " +
      'let the bundler split code (Vite: worker.format "es"; esbuild: splitting), or open the device with threads: 1',
  );
}
