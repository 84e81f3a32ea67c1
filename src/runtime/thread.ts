import type { Backend } from "./backend.js";
import { type Engine, LocalEngine } from "./engine.js";
import { type Call, type Opened, type Reply, toErrorData } from "./messages.js";
import type { DeviceOptions } from "./program.js";

/** The owner's handle to a compute thread. */
export interface ComputeThread {
  /** Sends a call and transfers the buffers in `moved`. */
  post(call: Call, moved: ArrayBuffer[]): void;
  /** Whether the thread keeps its process alive. */
  hold(alive: boolean): void;
  terminate(): unknown;
}

/** Receives a thread's messages for its owner. */
export interface ThreadListener {
  reply(reply: Reply): void;
  /** The thread has ended. */
  ended(problem: string, cause?: unknown): void;
}

/** The thread's side: answers calls with an engine, which the first call opens. */
export function answering(
  openBackend: (options: DeviceOptions) => Promise<Backend>,
): (call: Call) => Promise<Reply> {
  let engine: LocalEngine | undefined;

  async function perform({ method, args }: Call): Promise<unknown> {
    if (method === "open") {
      const backend = await openBackend(args[0] as DeviceOptions);
      engine = new LocalEngine(backend);
      const { kind, threads, description, block } = backend;
      return { kind, threads, description, block } satisfies Opened;
    }
    const methods = engine as unknown as Record<keyof Engine, (...args: unknown[]) => unknown>;
    return methods[method](...args);
  }

  return async (call) => {
    try {
      return { id: call.id, result: await perform(call) };
    } catch (error) {
      return { id: call.id, error: toErrorData(error) };
    }
  };
}
