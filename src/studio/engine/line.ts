import { EngineError } from "./engine.js";
import type { SessionEvent } from "./events.js";
import type { Call, CallWatch, Port, Told } from "./messages.js";

type Asking = Extract<Call, { id: number }>;
type WithoutId<C> = C extends unknown ? Omit<C, "id"> : never;

/** The owner's end of a line to a thread that serves sessions. */
export interface Line {
  /** @throws EngineError when the thread refuses, or has ended */
  call(call: WithoutId<Asking>, watch?: CallWatch): Promise<unknown>;
  /** Sends what needs no answer. */
  tell(call: Exclude<Call, Asking>): void;
  /** Ends every open call with this problem, because the thread has ended. */
  end(problem: string): void;
}

interface Waiting {
  readonly watch: CallWatch;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export function lineTo(
  port: Port<Told, Call>,
  onEvent: (session: string, event: SessionEvent) => void,
): Line {
  const open = new Map<number, Waiting>();
  let calls = 0;
  let ended: string | undefined;
  port.onMessage((told) => {
    if (told.kind === "event") {
      onEvent(told.session, told.event);
      return;
    }
    const waiting = open.get(told.id);
    if (told.kind === "progress") {
      waiting?.watch.onProgress?.(told.progress);
      return;
    }
    open.delete(told.id);
    if (told.kind === "reply") waiting?.resolve(told.result);
    else waiting?.reject(new EngineError(told.message, told.origin));
  });
  return {
    call(call, watch = {}) {
      if (ended !== undefined) return Promise.reject(new EngineError(ended));
      const id = calls++;
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject, watch });
        port.post({ ...call, id } as Call);
        watch.signal?.addEventListener("abort", () => port.post({ kind: "cancel", call: id }));
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
