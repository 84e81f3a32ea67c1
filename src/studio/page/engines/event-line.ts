import { OPENING, type SessionEvent, type StateEvent } from "../../engine/events.js";
import { decodeWire } from "../../engine/wire.js";

const AGAIN_MS = 2000;

interface Followed {
  readonly listener: (event: SessionEvent) => void;
  /** The number of the last event that came. */
  heard: number;
  state: StateEvent;
}

/** Events of the server's sessions. */
export interface EventLine {
  /** Past events come first. @returns what ends it */
  follow(session: string, listener: (event: SessionEvent) => void): () => void;
}

/**
 * Hears all sessions over one connection. A browser opens six to a server, over all its pages, and the seventh
 * request waits: so a page keeps one however many sessions it follows, and none while nobody sees it.
 */
export function eventLine(): EventLine {
  const followed = new Map<string, Followed>();
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  /** Shows a session as failed. Should it be heard of again, then from the start. */
  const lose = (one: Followed, problem: string) => {
    one.heard = 0;
    one.listener({ ...one.state, status: "failed", problem });
  };

  function connect(): void {
    source?.close();
    source = undefined;
    clearTimeout(again);
    if (followed.size === 0 || document.hidden) return;
    const asked = [...followed].map(([session, { heard }]) => `of=${session}:${heard}`);
    source = new EventSource(`./api/events?${asked.join("&")}`);
    for (const [session, one] of followed) {
      source.addEventListener(session, ({ data, lastEventId }) => {
        const event = decodeWire(data) as SessionEvent;
        one.heard = Number(lastEventId);
        if (event.kind === "state") one.state = event;
        one.listener(event);
      });
    }
    source.addEventListener("gone", ({ data: session }) => {
      const one = followed.get(session);
      followed.delete(session);
      if (one !== undefined) lose(one, "the studio's server has ended this session");
    });
    source.onopen = () => {
      failures = 0;
    };
    source.onerror = () => {
      source?.close();
      failures++;
      // The first time the server may only have sent a slow page away.
      if (failures > 1) {
        for (const one of followed.values()) {
          lose(one, "the studio's server cannot be reached: is it still running?");
        }
      }
      again = setTimeout(connect, AGAIN_MS);
    };
  }

  document.addEventListener("visibilitychange", connect);
  return {
    follow(session, listener) {
      const one = { listener, heard: 0, state: OPENING };
      followed.set(session, one);
      connect();
      return () => {
        if (followed.get(session) !== one) return;
        followed.delete(session);
        connect();
      };
    },
  };
}
