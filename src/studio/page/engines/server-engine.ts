import type { Catalogue } from "../../engine/catalogue.js";
import type {
  ComparisonFacts,
  ComparisonLine,
  ComparisonRequest,
} from "../../engine/comparison.js";
import {
  type Engine,
  EngineError,
  type Session,
  type SessionFacts,
  type SessionInfo,
} from "../../engine/engine.js";
import type { CallWatch } from "../../engine/messages.js";
import { decodeWire, encodeWire } from "../../engine/wire.js";
import { type EventLine, eventLine } from "./event-line.js";

/** The engine on the machine that serves the page. */
export function serverEngine(): Engine {
  let line: EventLine | undefined;
  /** Those that serve this page alone, and end with it. */
  const own = new Set<Session>();
  addEventListener("pagehide", ({ persisted }) => {
    if (!persisted) for (const session of own) session.close();
  });
  const sessionOf = (info: SessionInfo): Session => {
    const place = `sessions/${info.id}`;
    // What waits for an answer gives up: a closed session could only refuse, and a browser calls that an error.
    const closing = new AbortController();
    const { signal } = closing;
    const session: Session = {
      info,
      listen(listener) {
        line ??= eventLine();
        return line.follow(info.id, listener);
      },
      command(command) {
        post(`${place}/command`, command, signal).catch(() => undefined);
      },
      ask: (name, request) => post(`${place}/ask/${name}`, request, signal) as never,
      close() {
        own.delete(session);
        closing.abort();
        call(place, { method: "DELETE", keepalive: true }).catch(() => undefined);
      },
    };
    return session;
  };
  return {
    catalogue: () => call("catalogue") as Promise<Catalogue>,
    async open(spec) {
      const session = sessionOf((await post("sessions", spec)) as SessionInfo);
      if (session.info.kept === null) own.add(session);
      return session;
    },
    sessions: () => call("sessions") as Promise<SessionFacts[]>,
    join: async (id) => sessionOf((await call(`sessions/${id}`)) as SessionInfo),
    compare,
    upload: (upload) => post("upload", upload) as Promise<string>,
  };
}

/** The server answers with lines, of which the last is the result. */
async function compare(
  request: ComparisonRequest,
  watch: CallWatch = {},
): Promise<ComparisonFacts> {
  const { onProgress, signal } = watch;
  const response = await send("compare", { ...posted(request), ...(signal && { signal }) });
  for await (const text of linesOf(response)) {
    const line = decodeWire(text) as ComparisonLine;
    if (line.kind === "progress") onProgress?.(line.progress);
    if (line.kind === "refusal") throw new EngineError(line.message, line.origin);
    if (line.kind === "result") return line.result as ComparisonFacts;
  }
  throw new EngineError("the studio's server ended the comparison");
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value = "" } = (await reader?.read()) ?? { done: true };
    const lines = (text + value).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
    if (done) return;
  }
}

const posted = (message: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: encodeWire(message),
});

const post = (place: string, message: unknown, signal?: AbortSignal): Promise<unknown> =>
  call(place, { ...posted(message), ...(signal && { signal }) });

/** @throws EngineError when the server refuses, or cannot be reached */
async function call(place: string, init?: RequestInit): Promise<unknown> {
  return decodeWire(await (await send(place, init)).text());
}

/** @throws EngineError when the server refuses, cannot be reached, or is asked no longer */
async function send(place: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`./api/${place}`, init);
  } catch {
    throw new EngineError(
      init?.signal?.aborted
        ? "the question was given up"
        : "the studio's server cannot be reached: is it still running?",
    );
  }
  if (response.ok) return response;
  throw refusal(await response.text(), response.status);
}

function refusal(text: string, status: number): EngineError {
  try {
    const { message, origin } = JSON.parse(text) as { message: string; origin: string };
    return new EngineError(message, origin);
  } catch {
    return new EngineError(text === "" ? `the server answered ${status}` : text);
  }
}
