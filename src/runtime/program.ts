import type { DType, HostArray } from "../tensor/dtype.js";
import { reachable } from "../tensor/graph.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * A whole computation, such as a training step, a sampler or a scorer.
 *
 * Its inputs are the `input` nodes that its outputs and updates depend on. Each declares whether the
 * caller feeds it, the device keeps it as state or the runtime fills it with noise.
 */
export interface Program {
  /** Results returned to the caller, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /**
   * New values of state, by the name of a group or slot. Every update sees the state as it was before
   * the run.
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
 * Tensors stored together as one flat vector, slot after slot.
 *
 * A program reads a group as a whole, by the group's name and with shape `[length]`, or one of its
 * slots, by `group.slot` and with the slot's shape. Both are views of the same memory.
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
  /** Copies of every slot of the named groups, by default of all, by full name. */
  read(groups?: readonly string[]): Promise<Map<string, HostArray>>;
  /** Writes slots by full name. @throws FigmentError for an unknown name or a wrong length */
  write(values: StateValues): Promise<void>;
  release(): Promise<void>;
}

export interface RunRequest {
  readonly state?: State;
  /** Row-major elements of the fed inputs, by name. Inputs that the program lacks are ignored. */
  readonly feeds?: Readonly<Record<string, HostArray>>;
  /**
   * Counts of the symbolic dimensions. A missing one is inferred from the length of a feed that has no
   * other unknown dimension.
   */
  readonly dims?: Readonly<Record<string, number>>;
  /**
   * The random streams of noise inputs. `first` is the position of the batch's first item among all
   * items, so that an item's noise does not depend on the batching.
   */
  readonly noise?: { readonly seed: number; readonly step?: number; readonly first?: number };
}

/** A tensor that an ONNX model takes or gives. */
export interface ModelValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An ONNX model that was not made by Figment, with those of its inputs and outputs that matter. */
export interface ForeignModel {
  readonly model: Uint8Array;
  readonly operators: number;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
}

/** A program compiled for a device. */
export interface Executable {
  /**
   * Runs the program once, applies its updates to the state, and returns its outputs.
   *
   * @throws FigmentError naming the input when a feed is missing or has the wrong length or type
   */
  run(request: RunRequest): Promise<Record<string, HostArray>>;
  release(): Promise<void>;
}

export interface DeviceOptions {
  /** `auto` picks the fastest present device by a short test; in a page it is the CPU. */
  readonly device?: "auto" | "cpu" | "webgpu" | "cuda";
  /** Threads of the CPU provider, by default one per core. In a page, inline computing has one. */
  readonly threads?: number;
  /**
   * `worker` (default) computes in a worker thread, so that the caller's event loop stays free;
   * `inline` computes in the caller's thread.
   */
  readonly host?: "worker" | "inline";
  /**
   * In a page: absolute URL of the folder that serves onnxruntime-web's `.wasm` files, by default the
   * one that the bundler chose.
   */
  readonly wasmFolder?: string;
}

/** Runs programs and holds their state. */
export interface Device {
  readonly kind: "cpu" | "webgpu" | "cuda";
  readonly threads: number;
  /** Printable description: the library, its threads, and why they are fewer than requested. */
  readonly description: string;
  compile(program: Program): Promise<Executable>;
  /** Prepares a model as it is. @throws ExecutionError when ONNX Runtime rejects it */
  load(model: ForeignModel): Promise<Executable>;
  /**
   * Allocates zeroed state.
   *
   * @param beside  another state that programs run with this one read and update, too, such as weights
   *                beside a cache; it is not released with this one, and must not be before it
   * @throws ProgramError when both have a group or slot of one name
   */
  allocate(groups: readonly GroupSpec[], beside?: State): Promise<State>;
  /** Releases every session, state and thread of the device. */
  close(): Promise<void>;
}
