import { EngineError } from "./engine.js";
import type { SessionEvent } from "./events.js";
import type { Call, Port, Told } from "./messages.js";

type Asking = Extract<Call, { id: number }>;
type WithoutId<C> = C extends unknown ? Omit<C, "id"> : never;

/** The owner's end of a line to a thread that serves sessions. */
export interface Line {
  /** @throws EngineError when the thread refuses, or has ended */
  call(call: WithoutId<Asking>): Promise<unknown>;
  /** Sends what needs no answer. */
  tell(call: Exclude<Call, Asking>): void;
  /** Ends every open call with this problem, because the thread has ended. */
  end(problem: string): void;
}

export function lineTo(
  port: Port<Told, Call>,
  onEvent: (session: string, event: SessionEvent) => void,
): Line {
  const open = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  let ended: string | undefined;
  port.onMessage((told) => {
    if (told.kind === "event") {
      onEvent(told.session, told.event);
      return;
    }
    const waiting = open.get(told.id);
    open.delete(told.id);
    if (told.kind === "reply") waiting?.resolve(told.result);
    else waiting?.reject(new EngineError(told.message, told.origin));
  });
  return {
    call(call) {
      if (ended !== undefined) return Promise.reject(new EngineError(ended));
      const id = calls++;
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject });
        port.post({ ...call, id } as Call);
      });
    },
    tell: (call) => port.post(call),
    end(problem) {
      ended ??= problem;
      for (const { reject } of open.values()) reject(new EngineError(ended));
      open.clear();
    },
  };
}
