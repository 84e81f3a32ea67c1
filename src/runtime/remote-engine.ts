import { type HostArray, hostArrayOf } from "../tensor/dtype.js";
import { describe, takenFeeds } from "./bindings.js";
import type { Engine, EngineRequest } from "./engine.js";
import { DeviceError, ExecutionError, ProgramError } from "./errors.js";
import type { GroupModels } from "./group-models.js";
import { startThread } from "./host.js";
import {
  buffersOf,
  type Call,
  type EngineMethod,
  fromErrorData,
  type Opened,
  type Reply,
  toErrorData,
} from "./messages.js";
import type { ExecutionPlan, InputPlan } from "./plan.js";
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
  /** Inputs of the loaded programs. */
  private readonly inputs = new Map<number, readonly InputPlan[]>();
  private calls = 0;
  private ended: ExecutionError | undefined;
  private closing: Promise<void> | undefined;
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

  async load(program: number, plan: ExecutionPlan) {
    await this.call("load", [program, plan]);
    this.inputs.set(program, plan.inputs);
  }
  unload(program: number) {
    this.inputs.delete(program);
    return this.letGo("unload", program);
  }
  /** @throws ProgramError naming the input when a feed is not the typed array of its data type */
  async run(program: number, request: EngineRequest) {
    const feeds = ownCopies(
      Object.entries(takenFeeds(this.inputs.get(program) ?? [], request.feeds)),
    );
    const args = [program, { ...request, feeds: Object.fromEntries(feeds) }];
    return this.call("run", args, [...buffersOf(feeds)]) as Promise<Record<string, HostArray>>;
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
  /** @throws ProgramError naming the first value that is not a host array */
  async write(state: number, values: ReadonlyMap<string, HostArray>) {
    for (const [name, value] of values) requireHostArray(name, value);
    const copies = ownCopies(values);
    return this.call("write", [state, copies], [...buffersOf(copies)]) as Promise<void>;
  }
  free(state: number) {
    return this.letGo("free", state);
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    if (this.ended) return;
    try {
      await this.call("close", []);
    } finally {
      this.end("the device is closed");
      await this.thread.terminate();
    }
  }

  /** Releases a program or a state. A device that was closed holds none any more. */
  private async letGo(method: "unload" | "free", id: number): Promise<void> {
    try {
      await this.call(method, [id]);
    } catch (error) {
      if (this.closing === undefined || error !== this.ended) throw error;
    }
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
      try {
        this.thread.post({ id, method, args } satisfies Call, moved);
      } catch (cause) {
        this.take(id);
        const problem = `cannot send the call to the compute thread: ${toErrorData(cause).message}`;
        reject(new ProgramError(problem, { cause }));
      }
    });
  }

  private settle(reply: Reply): void {
    const waiting = this.take(reply.id);
    if ("error" in reply) waiting?.reject(fromErrorData(reply.error));
    else waiting?.resolve(reply.result);
  }

  /** Takes a call off the pending ones. */
  private take(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) this.thread.hold(false);
    return waiting;
  }

  private end(problem: string, cause?: unknown): void {
    this.ended ??= new ExecutionError(problem, { cause });
    for (const { reject } of this.pending.values()) reject(this.ended);
    this.pending.clear();
  }
}

/** Copies in buffers of their own, so that transferring these does not take the caller's memory away. */
function ownCopies(arrays: Iterable<readonly [string, HostArray]>): Map<string, HostArray> {
  return new Map(Array.from(arrays, ([name, array]) => [name, array.slice()]));
}

const HOST_ARRAYS: readonly unknown[] = Object.values(hostArrayOf);

/** Refuses, among others, a Buffer, whose `slice` copies nothing. */
function requireHostArray(name: string, value: HostArray): void {
  if (HOST_ARRAYS.includes(value?.constructor)) return;
  throw new ProgramError(`"${name}" needs a typed array, not a ${describe(value)}`);
}
