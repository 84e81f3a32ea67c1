import type { Catalogue } from "../../engine/catalogue.js";
import type { ComparisonFacts } from "../../engine/comparison.js";
import { type Engine, EngineError, type Session, type SessionInfo } from "../../engine/engine.js";
import type { SessionEvent } from "../../engine/events.js";
import { lineTo } from "../../engine/line.js";
import type { Told } from "../../engine/messages.js";
import { type PastEvents, pastEvents } from "../../engine/past-events.js";
import type { PageDevice } from "./page-environment.js";

interface OpenSession {
  readonly session: Session;
  readonly title: string;
  readonly past: PastEvents;
  readonly listeners: Set<(event: SessionEvent) => void>;
}

/** The engine that trains in this page, in a worker, on the processor or the GPU. */
export function pageEngine(options: PageDevice): Engine {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "figment studio",
  });
  worker.postMessage(options);
  const open = new Map<string, OpenSession>();
  const line = lineTo(
    {
      post: (call) => worker.postMessage(call),
      onMessage: (listener) => {
        worker.onmessage = ({ data }: MessageEvent) => listener(data as Told);
      },
    },
    (id, event) => {
      const found = open.get(id);
      if (found === undefined) early.push([id, event]);
      found?.past.add(event);
      for (const listener of found?.listeners ?? []) listener(event);
    },
  );
  /** Events that came before the reply that opens their session. */
  let early: [string, SessionEvent][] = [];
  worker.onerror = (event) => {
    event.preventDefault();
    line.end(`the studio's worker failed: ${event.message || "its script could not be loaded"}`);
  };
  let count = 0;

  return {
    catalogue: () => line.call({ kind: "catalogue" }) as Promise<Catalogue>,
    async open(spec) {
      const id = `page-${++count}`;
      const info = (await line.call({ kind: "open", session: id, spec })) as SessionInfo;
      const past = pastEvents();
      const listeners = new Set<(event: SessionEvent) => void>();
      for (const [session, event] of early) if (session === id) past.add(event);
      early = early.filter(([session]) => session !== id);
      const session: Session = {
        info,
        listen(listener) {
          for (const { event } of past.since(0)) listener(event);
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        command: (command) => line.tell({ kind: "command", session: id, command }),
        ask: (name, request) =>
          line.call({ kind: "ask", session: id, name, request }) as ReturnType<
            Session["ask"]
          > as never,
        close() {
          open.delete(id);
          line.call({ kind: "close", session: id }).catch(() => undefined);
        },
      };
      open.set(id, { session, title: `${info.model} · ${info.data}`, past, listeners });
      return session;
    },
    sessions: async () =>
      [...open].map(([id, { title, past }]) => {
        const state = past.since(0).findLast(({ event }) => event.kind === "state")?.event;
        return { id, title, status: state?.kind === "state" ? state.status : "opening" };
      }),
    async join(id) {
      const found = open.get(id);
      if (found === undefined) throw new EngineError(`there is no session "${id}" in this page`);
      return found.session;
    },
    compare: (request, watch) =>
      line.call({ kind: "compare", request }, watch) as Promise<ComparisonFacts>,
    upload: (upload) =>
      line.call({ kind: "upload", name: `${++count}`, upload }) as Promise<string>,
  };
}
