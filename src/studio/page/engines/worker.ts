import type { Call } from "../../engine/messages.js";
import { serve } from "../../live/serve.js";
import { pageEnvironment } from "./page-environment.js";

/** The thread of the page's engine. */
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
};

/** The first message says what to compute on; from then on the engine hears them. */
scope.onmessage = ({ data: options }: MessageEvent) =>
  serve(
    {
      post: (told) => scope.postMessage(told),
      onMessage: (listener) => {
        scope.onmessage = ({ data }) => listener(data as Call);
      },
    },
    pageEnvironment(options),
  );
