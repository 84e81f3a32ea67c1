import type { HostArray } from "../tensor/dtype.js";
import { type Backend, staysOnDevice } from "./backend.js";
import type { Dims, Feeds } from "./bindings.js";
import { ProgramError } from "./errors.js";
import type { GroupModels } from "./group-models.js";
import { LoadedProgram } from "./loaded-program.js";
import type { ExecutionPlan } from "./plan.js";
import type { GroupSpec, RunRequest } from "./program.js";
import { StateMemory } from "./state-store.js";

/** A run as plain data. Programs and states are given by the ids that their owner assigned. */
export interface EngineRequest {
  readonly state: number | undefined;
  readonly feeds: Feeds;
  readonly dims: Dims;
  readonly noise: RunRequest["noise"];
}

/** Holds sessions and state, in this thread or in another that is reached by messages. */
export interface Engine {
  load(program: number, plan: ExecutionPlan): Promise<void>;
  unload(program: number): Promise<void>;
  run(program: number, request: EngineRequest): Promise<Record<string, HostArray>>;
  /**
   * @param models  models for the groups that stay on the device, by group name
   * @param beside  a state whose groups and slots belong to this one, too
   */
  allocate(
    state: number,
    groups: readonly GroupSpec[],
    models: ReadonlyMap<string, GroupModels>,
    beside?: number,
  ): Promise<void>;
  read(state: number, groups: readonly string[] | undefined): Promise<Map<string, HostArray>>;
  write(state: number, values: ReadonlyMap<string, HostArray>): Promise<void>;
  free(state: number): Promise<void>;
  close(): Promise<void>;
}

/** Runs programs in the calling thread, one at a time and in the order of the calls. */
export class LocalEngine implements Engine {
  private readonly programs = new Map<number, LoadedProgram>();
  private readonly states = new Map<number, StateMemory>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly backend: Backend) {}

  load(program: number, plan: ExecutionPlan): Promise<void> {
    return this.inOrder(async () => {
      const { model, operators, hostNodes, updates } = plan;
      const kept = updates
        .filter(({ dtype }) => staysOnDevice(this.backend.kind, dtype))
        .map(({ value }) => value);
      const session = await this.backend.createSession(model, { operators, hostNodes, kept });
      this.programs.set(program, new LoadedProgram(this.backend, session, plan));
    });
  }

  unload(program: number): Promise<void> {
    return this.inOrder(async () => {
      const loaded = this.programs.get(program);
      this.programs.delete(program);
      await loaded?.release();
    });
  }

  run(program: number, request: EngineRequest): Promise<Record<string, HostArray>> {
    return this.inOrder(() => {
      const loaded = this.programs.get(program);
      if (loaded === undefined) throw new ProgramError("the program has been released");
      const { state, ...rest } = request;
      return loaded.run({
        ...rest,
        state: state === undefined ? undefined : this.stateMemory(state),
      });
    });
  }

  allocate(
    state: number,
    groups: readonly GroupSpec[],
    models: ReadonlyMap<string, GroupModels>,
    beside?: number,
  ): Promise<void> {
    return this.inOrder(async () => {
      const other = beside === undefined ? undefined : this.stateMemory(beside);
      this.states.set(state, new StateMemory(this.backend, groups, models, other));
    });
  }

  read(state: number, groups?: readonly string[]): Promise<Map<string, HostArray>> {
    return this.inOrder(async () => this.stateMemory(state).read(groups));
  }

  write(state: number, values: ReadonlyMap<string, HostArray>): Promise<void> {
    return this.inOrder(async () => this.stateMemory(state).write(values));
  }

  free(state: number): Promise<void> {
    return this.inOrder(async () => {
      const memory = this.states.get(state);
      this.states.delete(state);
      await memory?.release();
    });
  }

  async close(): Promise<void> {
    await this.inOrder(async () => {
      for (const program of this.programs.values()) await program.release();
      for (const state of this.states.values()) await state.release();
      this.programs.clear();
      this.states.clear();
    });
  }

  private stateMemory(state: number): StateMemory {
    const memory = this.states.get(state);
    if (memory === undefined) throw new ProgramError("the state has been released");
    return memory;
  }

  /** Runs share memory, so each waits for the earlier ones to succeed or fail. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
