import { ConfigError, UnavailableError } from "../../core/errors.js";
import type { SessionEvent } from "../engine/events.js";
import type { Call, CallWatch, Port, Told } from "../engine/messages.js";
import { commandSchema } from "../engine/spec.js";
import { checkedSpec } from "./checked-spec.js";
import type { Environment } from "./environment.js";
import type { LiveSession } from "./live-session.js";
import { openedSession } from "./opened-session.js";
import { trainingSession } from "./training-session.js";

type Answered = Exclude<Call, { kind: "command" | "cancel" }>;

/** Answers the calls of a thread's owner. A call that fails is refused; nothing else suffers. */
export function serve(port: Port<Call, Told>, environment: Environment): void {
  const sessions = new Map<string, Promise<LiveSession>>();
  /** What gives up each open call. */
  const stops = new Map<number, AbortController>();

  const liveSession = (id: string): Promise<LiveSession> => {
    const found = sessions.get(id);
    if (found === undefined) throw new ConfigError(`the session "${id}" is closed`);
    return found;
  };

  function open(id: string, asked: unknown): Promise<LiveSession> {
    const spec = checkedSpec(asked);
    const emit = (event: SessionEvent) => port.post({ kind: "event", session: id, event });
    return spec.kind === "opening"
      ? openedSession(id, spec.run, environment)
      : trainingSession(id, spec, environment, emit);
  }

  async function perform(call: Answered, watch: CallWatch): Promise<unknown> {
    switch (call.kind) {
      case "catalogue":
        return environment.catalogue();
      case "upload":
        return environment.upload(call.name, call.upload);
      case "compare":
        if (environment.compare === undefined) {
          throw new UnavailableError("a page keeps no runs: figment compare and figment studio do");
        }
        return environment.compare(call.request, watch);
      case "open": {
        const opening = open(call.session, call.spec);
        sessions.set(call.session, opening);
        opening.catch(() => sessions.delete(call.session));
        return (await opening).info;
      }
      case "ask":
        return (await liveSession(call.session)).ask(call.name, call.request);
      case "close": {
        const session = liveSession(call.session);
        sessions.delete(call.session);
        return (await session).close();
      }
    }
  }

  port.onMessage(async (call) => {
    if (call.kind === "command") {
      const command = commandSchema.safeParse(call.command);
      const session = await sessions.get(call.session)?.catch(() => undefined);
      if (command.success) session?.command(command.data);
      return;
    }
    if (call.kind === "cancel") {
      stops.get(call.call)?.abort();
      return;
    }
    const { id } = call;
    const stop = new AbortController();
    stops.set(id, stop);
    const onProgress: CallWatch["onProgress"] = (progress) =>
      port.post({ kind: "progress", id, progress });
    try {
      const result = await perform(call, { signal: stop.signal, onProgress });
      port.post({ kind: "reply", id, result });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      port.post({ kind: "refusal", id, message, origin: name });
    }
    stops.delete(id);
  });
}
