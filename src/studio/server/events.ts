import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { SessionEvent } from "../engine/events.js";
import { encodeWire } from "../engine/wire.js";
import type { SessionHub } from "./session-hub.js";

/** Events that may wait for a slow page; with more the page is sent away and comes again. */
const MOST_WAITING = 2000;
const SIGN_OF_LIFE_MS = 15_000;

/** Streams the events of a session to one page, past ones first, until it leaves. */
export function streamEvents(context: Context, hub: SessionHub, id: string): Response {
  // Refused before the stream begins, where a status can still say so.
  hub.info(id);
  return streamSSE(context, async (stream) => {
    const waiting: SessionEvent[] = [];
    let wake = () => {};
    const stop = hub.listen(id, (event) => {
      waiting.push(event);
      if (waiting.length > MOST_WAITING) stream.abort();
      wake();
    });
    stream.onAbort(() => {
      stop();
      wake();
    });
    while (!stream.aborted && !stream.closed) {
      const event = waiting.shift();
      if (event !== undefined) {
        await stream.writeSSE({ data: encodeWire(event) });
        continue;
      }
      const silent = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), SIGN_OF_LIFE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
      if (silent) await stream.write(": still here\n\n");
    }
    stop();
  });
}
