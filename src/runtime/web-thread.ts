import type { Reply } from "./messages.js";
import type { ComputeThread, ThreadListener } from "./thread.js";
import "./web-globals.js";

/** Starts a compute thread of a page. */
export function startThread(listener: ThreadListener): ComputeThread {
  const worker = new Worker(new URL("./worker.browser.js", import.meta.url), {
    type: "module",
    name: "figment",
  });
  worker.onmessage = ({ data }) => listener.reply(data as Reply);
  worker.onerror = (event) => {
    event.preventDefault();
    listener.ended(explainWorkerFailure(event.message));
  };
  worker.onmessageerror = () => listener.ended("the compute thread sent an unreadable message");
  return {
    post: (call, moved) => worker.postMessage(call, moved),
    hold() {},
    terminate: () => worker.terminate(),
  };
}

/** Explains why a worker failed. If its script cannot be loaded, there is no message. */
function explainWorkerFailure(message: string | undefined): string {
  if (message) return `the compute thread failed: ${message}`;
  return (
    "cannot load the compute thread's script: the bundler must treat " +
    '`new Worker(new URL("./worker.browser.js", import.meta.url))` as a worker, as Vite and webpack do ' +
    '(with Vite: optimizeDeps.exclude ["figment", "onnxruntime-web"] and worker.format "es"). ' +
    'Or compute in the page: openDevice({ host: "inline" })'
  );
}
