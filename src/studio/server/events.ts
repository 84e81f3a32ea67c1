import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { EngineError } from "../engine/engine.js";
import type { NumberedEvent } from "../engine/past-events.js";
import { encodeWire } from "../engine/wire.js";
import type { SessionHub } from "./session-hub.js";

/** New events that may wait for a slow page; with more the page is sent away and comes again. */
const MOST_WAITING = 2000;
const SIGN_OF_LIFE_MS = 15_000;

/**
 * Streams the events of sessions to one page until it leaves, past ones first. Each message carries its
 * session as its type and its number as its id; `gone` names a session that is not open.
 *
 * @param asked  `ID:HEARD` of each session, with the number of the last event that the page has of it
 * @throws EngineError when one of them is malformed
 */
export function streamEvents(
  context: Context,
  hub: SessionHub,
  asked: readonly string[],
): Response {
  // Refused before the stream begins, where a status can still say so.
  const sessions = asked.map(parseAsked);
  return streamSSE(context, async (stream) => {
    const waiting: (NumberedEvent & { readonly session: string })[] = [];
    const stops: (() => void)[] = [];
    const stop = () => {
      for (const end of stops.splice(0)) end();
    };
    let most = Number.POSITIVE_INFINITY;
    let wake = () => {};
    for (const { session, heard } of sessions) {
      if (!hub.has(session)) {
        await stream.writeSSE({ event: "gone", data: session });
        continue;
      }
      const listener = (numbered: NumberedEvent) => {
        waiting.push({ session, ...numbered });
        if (waiting.length > most) stream.abort();
        wake();
      };
      stops.push(hub.listen(session, heard, listener));
    }
    most = waiting.length + MOST_WAITING;
    stream.onAbort(() => {
      stop();
      wake();
    });
    while (!stream.aborted && !stream.closed) {
      const next = waiting.shift();
      if (next !== undefined) {
        const { session, number, event } = next;
        await stream.writeSSE({ event: session, id: `${number}`, data: encodeWire(event) });
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

function parseAsked(text: string): { readonly session: string; readonly heard: number } {
  const found = /^(\w+):(\d{1,15})$/.exec(text);
  if (found === null) throw new EngineError(`"${text}" names no session`, "ConfigError");
  return { session: found[1], heard: Number(found[2]) };
}
