import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import { ConfigError } from "../../core/errors.js";
import type { Catalogue } from "../engine/catalogue.js";
import { EngineError, type SessionFacts, type SessionInfo } from "../engine/engine.js";
import type { StateEvent } from "../engine/events.js";
import { type Line, lineTo } from "../engine/line.js";
import type { CallWatch, Told } from "../engine/messages.js";
import { type NumberedEvent, type PastEvents, pastEvents } from "../engine/past-events.js";
import type { Command, SessionSpec } from "../engine/spec.js";
import { checkedSpec } from "../live/checked-spec.js";
import type { Places } from "./node-environment.js";

/** How often sessions that nobody looks at are looked for, and how long they may be left. */
const SWEEP_MS = 20_000;
const UNWATCHED_MS = { running: 60_000, idle: 15 * 60_000 };

/** How many sessions may be open at once. */
const MOST_SESSIONS = 24;

interface Hosted {
  readonly id: string;
  readonly line: Line;
  readonly worker: Worker;
  readonly past: PastEvents;
  readonly listeners: Set<(numbered: NumberedEvent) => void>;
  /** When somebody last asked or listened. */
  usedAt: number;
  info: SessionInfo | undefined;
  state: StateEvent | undefined;
}

/** The sessions of a server, each in a thread of its own; their trainings outlive every connection. */
export interface SessionHub {
  catalogue(): Promise<Catalogue>;
  upload(upload: unknown): Promise<string>;
  /** In a thread of its own, as it takes long. */
  compare(request: unknown, watch: CallWatch): Promise<unknown>;
  /** @throws EngineError when the specification is refused, or too many sessions are open */
  open(spec: unknown): Promise<SessionInfo>;
  list(): SessionFacts[];
  /** @throws EngineError when there is no such session */
  info(id: string): SessionInfo;
  has(id: string): boolean;
  /**
   * Past events come first, but for those up to the number `heard`.
   *
   * @returns what ends it
   * @throws EngineError when there is no such session
   */
  listen(id: string, heard: number, listener: (numbered: NumberedEvent) => void): () => void;
  command(id: string, command: Command): void;
  ask(id: string, name: string, request: unknown): Promise<unknown>;
  close(id: string): Promise<void>;
  /** Ends every training with its state saved. */
  closeAll(): Promise<void>;
}

/** @throws EngineError naming what is wrong */
function checked(asked: unknown): SessionSpec {
  try {
    return checkedSpec(asked);
  } catch (error) {
    if (error instanceof ConfigError) throw new EngineError(error.message, error.name);
    throw error;
  }
}

export function sessionHub(places: Places): SessionHub {
  const sessions = new Map<string, Hosted>();
  /** Answers what concerns no session. */
  let desk: Hosted | undefined;

  function start(id: string): Hosted {
    const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: places });
    const past = pastEvents();
    const listeners = new Set<(numbered: NumberedEvent) => void>();
    const line = lineTo(
      {
        post: (call) => worker.postMessage(call),
        onMessage: (listener) => worker.on("message", (told: Told) => listener(told)),
      },
      (_, event) => {
        if (event.kind === "state") hosted.state = event;
        const numbered = past.add(event);
        for (const listener of listeners) listener(numbered);
      },
    );
    const hosted: Hosted = {
      ...{ id, line, worker, past, listeners },
      usedAt: performance.now(),
      info: undefined,
      state: undefined,
    };
    const fail = (problem: string) => {
      line.end(problem);
      const { state } = hosted;
      if (state === undefined || state.status === "finished") return;
      hosted.state = { ...state, status: "failed", problem };
      const numbered = past.add(hosted.state);
      for (const listener of listeners) listener(numbered);
    };
    worker.on("error", (error) => fail(`the thread of this training failed: ${error.message}`));
    worker.on("exit", () => fail("the thread of this training has ended"));
    return hosted;
  }

  const found = (id: string): Hosted => {
    const hosted = sessions.get(id);
    if (hosted === undefined) throw new EngineError(`there is no session "${id}"`, "NotFound");
    hosted.usedAt = performance.now();
    return hosted;
  };

  const deskLine = (): Line => {
    desk ??= start("desk");
    return desk.line;
  };

  async function close(id: string): Promise<void> {
    const { line, worker } = found(id);
    sessions.delete(id);
    await line.call({ kind: "close", session: id });
    await worker.terminate();
  }

  /** Closes what a page left behind: trainings that keep a run directory go on until they are done. */
  const sweep = setInterval(() => {
    for (const { id, info, listeners, state, usedAt } of sessions.values()) {
      if (info === undefined || info.kept !== null || listeners.size > 0) continue;
      // One that waits, for its page to be seen again perhaps, burns nothing.
      const limit = UNWATCHED_MS[state?.status === "running" ? "running" : "idle"];
      if (performance.now() - usedAt > limit) close(id).catch(() => undefined);
    }
  }, SWEEP_MS);
  sweep.unref();

  return {
    catalogue: () => deskLine().call({ kind: "catalogue" }) as Promise<Catalogue>,
    upload: (upload) =>
      deskLine().call({
        kind: "upload",
        name: randomBytes(8).toString("hex"),
        upload,
      }) as Promise<string>,
    async compare(request, watch) {
      const { line, worker } = start("comparison");
      try {
        return await line.call({ kind: "compare", request }, watch);
      } finally {
        await worker.terminate();
      }
    },
    async open(asked) {
      // A thread takes a moment to start, so what can be seen to be wrong is refused before.
      const spec = checked(asked);
      if (sessions.size >= MOST_SESSIONS) {
        throw new EngineError(`${MOST_SESSIONS} sessions are open: close one first`);
      }
      const id = randomBytes(8).toString("hex");
      const hosted = start(id);
      sessions.set(id, hosted);
      try {
        hosted.info = (await hosted.line.call({ kind: "open", session: id, spec })) as SessionInfo;
        return hosted.info;
      } catch (error) {
        sessions.delete(id);
        await hosted.worker.terminate();
        throw error;
      }
    },
    list: () =>
      [...sessions.values()].flatMap(({ id, info, state }) =>
        info === undefined
          ? []
          : [{ id, title: `${info.model} · ${info.data}`, status: state?.status ?? "finished" }],
      ),
    info(id) {
      const { info } = found(id);
      if (info === undefined) throw new EngineError("the session is still being opened");
      return info;
    },
    has: (id) => sessions.has(id),
    listen(id, heard, listener) {
      const { past, listeners } = found(id);
      for (const numbered of past.since(heard)) listener(numbered);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        const left = sessions.get(id);
        if (left !== undefined) left.usedAt = performance.now();
      };
    },
    command: (id, command) => found(id).line.tell({ kind: "command", session: id, command }),
    ask: (id, name, request) => found(id).line.call({ kind: "ask", session: id, name, request }),
    close,
    async closeAll() {
      clearInterval(sweep);
      await Promise.all([...sessions.keys()].map((id) => close(id).catch(() => undefined)));
      await desk?.worker.terminate();
    },
  };
}
