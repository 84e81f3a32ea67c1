import type { DType, HostArray } from "../tensor/dtype.js";
import { reachable } from "../tensor/graph.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * A whole computation: what a training step, a sampler or a scorer is made of.
 *
 * Its inputs are the `input` nodes that its outputs and updates depend on; each says itself whether
 * it is fed, kept as state or filled with noise.
 */
export interface Program {
  /** Results handed back to the caller, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /**
   * New values of state inputs, by the name of the state: a group or one of its slots. Every update
   * sees the state as it was before the run.
   */
  readonly updates: Readonly<Record<string, Tensor>>;
}

/** The inputs of a program in the order of their creation. */
export function inputsOf(program: Program): Tensor<"input">[] {
  const ends = [...Object.values(program.outputs), ...Object.values(program.updates)];
  return reachable(ends).filter((node): node is Tensor<"input"> => node.op === "input");
}

/** A named tensor within a group of state. */
export interface SlotSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Tensors that are kept as one flat vector, slot after slot.
 *
 * A program reads a group as a whole, under the group's name and with shape `[length]`, or one slot
 * of it, under `group.slot` and with the slot's shape. Both are views of the same memory.
 */
export interface GroupSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly slots: readonly SlotSpec[];
}

/** Values of state by full name, `group.slot`. */
export type StateValues = ReadonlyMap<string, HostArray>;

/** State that lives on a device between runs. */
export interface State {
  readonly groups: readonly GroupSpec[];
  /** Copies out every slot of the named groups (of all by default), by full name. */
  read(groups?: readonly string[]): Promise<Map<string, HostArray>>;
  /** Copies in slots by full name. @throws FigmentError for an unknown name or a wrong length */
  write(values: StateValues): Promise<void>;
  release(): Promise<void>;
}

export interface RunRequest {
  readonly state?: State;
  /** Row-major elements of the fed inputs, by name. What the program does not read is ignored. */
  readonly feeds?: Readonly<Record<string, HostArray>>;
  /**
   * Counts of the symbolic dimensions. One that is left out follows from the length of a feed that
   * has no other unknown dimension.
   */
  readonly dims?: Readonly<Record<string, number>>;
  /**
   * Where noise inputs are drawn from. `first` is the position of the batch's first item within the
   * whole, so that an item's noise does not depend on how items are batched.
   */
  readonly noise?: { readonly seed: number; readonly step?: number; readonly first?: number };
}

/** A program compiled for a device. */
export interface Executable {
  /**
   * Runs the program once, applies its updates to the state, and hands back its outputs.
   *
   * @throws FigmentError naming the input when a feed is missing or has the wrong length or type
   */
  run(request: RunRequest): Promise<Record<string, HostArray>>;
  release(): Promise<void>;
}

export interface DeviceOptions {
  /** `auto` takes the fastest that is present, by a short test; in a page it is the CPU. */
  readonly device?: "auto" | "cpu" | "webgpu" | "cuda";
  /** Threads of the CPU provider; by default as many as there are cores. Inline in a page it is one. */
  readonly threads?: number;
  /**
   * `worker` (default) computes in a worker thread, so that the caller's event loop stays free;
   * `inline` computes in the caller's thread.
   */
  readonly host?: "worker" | "inline";
  /**
   * In a page: absolute URL of the folder that onnxruntime-web's `.wasm` files are served from; by
   * default where the bundler put them.
   */
  readonly wasmFolder?: string;
}

/** Somewhere that programs run. */
export interface Device {
  readonly kind: "cpu" | "webgpu" | "cuda";
  readonly threads: number;
  /** What computes, for people: the library, its threads, and why they are fewer than asked for. */
  readonly description: string;
  compile(program: Program): Promise<Executable>;
  /** Allocates zeroed state. */
  allocate(groups: readonly GroupSpec[]): Promise<State>;
  /** Releases every session, state and thread of the device. */
  close(): Promise<void>;
}
