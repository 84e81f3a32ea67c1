import { ConfigError, UnavailableError } from "../../core/errors.js";
import type { SessionEvent } from "../engine/events.js";
import type { Call, Port, Told } from "../engine/messages.js";
import { commandSchema } from "../engine/spec.js";
import { checkedSpec } from "./checked-spec.js";
import type { Environment } from "./environment.js";
import type { LiveSession } from "./live-session.js";
import { openedSession } from "./opened-session.js";
import { trainingSession } from "./training-session.js";

/** Answers the calls of a thread's owner. A call that fails is refused; nothing else suffers. */
export function serve(port: Port<Call, Told>, environment: Environment): void {
  const sessions = new Map<string, Promise<LiveSession>>();

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

  async function perform(call: Exclude<Call, { kind: "command" }>): Promise<unknown> {
    switch (call.kind) {
      case "catalogue":
        return environment.catalogue();
      case "upload":
        return environment.upload(call.name, call.upload);
      case "compare":
        if (environment.compare === undefined) {
          throw new UnavailableError("a page keeps no runs: figment compare and figment studio do");
        }
        return environment.compare(call.request);
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
    const { id } = call;
    try {
      port.post({ kind: "reply", id, result: await perform(call) });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      port.post({ kind: "refusal", id, message, origin: name });
    }
  });
}
