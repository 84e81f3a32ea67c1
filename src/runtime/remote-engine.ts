import type { HostArray } from "../tensor/dtype.js";
import type { Engine, EngineRequest } from "./engine.js";
import { DeviceError, ExecutionError } from "./errors.js";
import type { GroupModels } from "./group-models.js";
import { startThread } from "./host.js";
import {
  buffersOf,
  type Call,
  type EngineMethod,
  fromErrorData,
  type Opened,
  type Reply,
} from "./messages.js";
import type { ExecutionPlan } from "./plan.js";
import type { DeviceOptions, GroupSpec } from "./program.js";
import type { ComputeThread } from "./thread.js";

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * An engine in a worker thread. The thread keeps the process alive only while a call is pending. When
 * the thread ends, pending and later calls fail with an ExecutionError.
 */
export class RemoteEngine implements Engine {
  private readonly pending = new Map<number, Pending>();
  private calls = 0;
  private ended: ExecutionError | undefined;
  private readonly thread: ComputeThread;

  private constructor(script?: URL) {
    this.thread = startThread(
      {
        reply: (reply) => this.settle(reply),
        ended: (problem, cause) => this.end(problem, cause),
      },
      script,
    );
  }

  /** Starts the thread and opens the backend in it. @throws DeviceError as the backend does */
  static async open(
    options: DeviceOptions,
    script?: URL,
  ): Promise<{ engine: RemoteEngine; opened: Opened }> {
    const engine = new RemoteEngine(script);
    try {
      return { engine, opened: (await engine.call("open", [options])) as Opened };
    } catch (error) {
      await engine.thread.terminate();
      // A thread that ends before it has answered means that the device is unavailable.
      throw error instanceof ExecutionError
        ? new DeviceError(error.message, { cause: error })
        : error;
    }
  }

  load(program: number, plan: ExecutionPlan) {
    return this.call("load", [program, plan]) as Promise<void>;
  }
  unload(program: number) {
    return this.call("unload", [program]) as Promise<void>;
  }
  run(program: number, request: EngineRequest) {
    const feeds = Object.fromEntries(
      Object.entries(request.feeds).map(([name, feed]) => [name, ownCopy(feed)]),
    );
    const moved = [...buffersOf(feeds)];
    return this.call("run", [program, { ...request, feeds }], moved) as Promise<
      Record<string, HostArray>
    >;
  }
  allocate(
    state: number,
    groups: readonly GroupSpec[],
    models: ReadonlyMap<string, GroupModels>,
    beside?: number,
  ) {
    return this.call("allocate", [state, groups, models, beside]) as Promise<void>;
  }
  read(state: number, groups: readonly string[] | undefined) {
    return this.call("read", [state, groups]) as Promise<Map<string, HostArray>>;
  }
  write(state: number, values: ReadonlyMap<string, HostArray>) {
    const copies = new Map([...values].map(([name, value]) => [name, ownCopy(value)]));
    return this.call("write", [state, copies], [...buffersOf(copies)]) as Promise<void>;
  }
  free(state: number) {
    return this.call("free", [state]) as Promise<void>;
  }

  async close(): Promise<void> {
    if (this.ended) return;
    await this.call("close", []);
    this.end("the device is closed");
    await this.thread.terminate();
  }

  private call(
    method: EngineMethod,
    args: readonly unknown[],
    moved: ArrayBuffer[] = [],
  ): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    const id = this.calls++;
    return new Promise((resolve, reject) => {
      if (this.pending.size === 0) this.thread.hold(true);
      this.pending.set(id, { resolve, reject });
      this.thread.post({ id, method, args } satisfies Call, moved);
    });
  }

  private settle(reply: Reply): void {
    const waiting = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if (this.pending.size === 0) this.thread.hold(false);
    if ("error" in reply) waiting?.reject(fromErrorData(reply.error));
    else waiting?.resolve(reply.result);
  }

  private end(problem: string, cause?: unknown): void {
    this.ended ??= new ExecutionError(problem, { cause });
    for (const { reject } of this.pending.values()) reject(this.ended);
    this.pending.clear();
  }
}

/** A copy in its own buffer, so that transferring it does not take the caller's memory away. */
function ownCopy(array: HostArray): HostArray {
  return ArrayBuffer.isView(array) ? array.slice() : array;
}
