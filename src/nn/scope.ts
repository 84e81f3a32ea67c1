import type { Stream } from "../runtime/random.js";
import type { DType } from "../tensor/dtype.js";
import { FigmentError } from "../tensor/errors.js";
import type { NoiseDistribution } from "../tensor/primitives.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";

/**
 * Draws the first value of a parameter, row-major.
 *
 * @param shape   of the parameter
 * @param stream  belongs to this parameter alone, so that adding a layer changes no other's values
 */
export type Initialiser = (shape: readonly number[], stream: Stream) => Float32Array;

/**
 * What a variable is for. A `parameter` is learned by gradients. A `buffer` is set by training steps and
 * belongs to the weights, such as a running mean. `memory` serves training alone, such as a pool of drawn
 * images: checkpoints hold it, weights and exports do not.
 */
export type VariableKind = "parameter" | "buffer" | "memory";

/** A tensor of a model that outlives a run. */
export interface Variable {
  /** Dotted path, such as `encoder.hidden.weight`: the key in state files and the name in exports. */
  readonly path: string;
  readonly kind: VariableKind;
  readonly shape: readonly number[];
  readonly dtype: VariableType;
  readonly initialise: Initialiser;
  readonly tensor: Tensor;
}

/** Precision of a variable; float64 computes on the CPU, whatever the device. */
export type VariableType = Extract<DType, "float32" | "float64">;

/**
 * Where a layer finds its variables and noise while a model is traced.
 *
 * Tracing a function twice, for training and for sampling say, yields the same variables: they are
 * known by path, which is how programs of one model share weights.
 */
export interface Scope {
  /** True while a training step is traced: dropout acts, batch statistics are used and updated. */
  readonly training: boolean;
  child(name: string): Scope;
  /**
   * A learned tensor.
   *
   * @param dtype  one for all parameters of a top-level scope; gradients train float32 only
   * @throws FigmentError when the path is in use with another shape or type
   */
  parameter(
    name: string,
    shape: readonly number[],
    initialise: Initialiser,
    dtype?: VariableType,
  ): Tensor;
  /** A tensor that gradients leave alone, such as a running mean. */
  buffer(name: string, shape: readonly number[], initialise: Initialiser): Tensor;
  /**
   * A tensor that only training steps read and update: checkpoints keep it, weights and exports do not.
   *
   * @throws FigmentError outside a training step
   */
  memory(name: string, shape: readonly number[], initialise: Initialiser): Tensor;
  /** Gives a buffer or memory its value after this step. Only a training step may update. */
  update(variable: Tensor, value: Tensor): void;
  /** Fresh numbers for each run, the same for the same seed, step and path. */
  noise(name: string, shape: Shape, distribution: NoiseDistribution): Tensor;
  /**
   * The same variables for another pass through a network in the same step. The pass draws noise of its
   * own, and leaves buffers to the first pass: its updates are dropped.
   *
   * @param pass  names the noise of the pass apart, such as `drawn`
   */
  again(pass: string): Scope;
  /**
   * The same variables as they are used after training: batch normalisation reads its running
   * statistics, dropout is off, nothing is updated. Gradients flow through.
   */
  frozen(): Scope;
}

/** The variables of one model, in the order in which tracing met them. */
export class Variables {
  readonly #byPath = new Map<string, Variable>();
  readonly #admit: (variable: Variable) => void;

  /** @param admit  told of each variable as tracing meets it, before anything is built on it; may throw */
  constructor(admit: (variable: Variable) => void = () => {}) {
    this.#admit = admit;
  }

  list(): Variable[] {
    return [...this.#byPath.values()];
  }

  /** The variable of this path, created at the first call. */
  declare(
    kind: Variable["kind"],
    path: string,
    shape: readonly number[],
    initialise: Initialiser,
    dtype: VariableType = "float32",
  ): Tensor {
    const known = this.#byPath.get(path);
    if (known === undefined) {
      const { group, slot } = placeOf(kind, path);
      const tensor = input(`${group}.${slot}`, shape, dtype, { kind: "state" });
      const variable = { path, kind, shape, dtype, initialise, tensor };
      this.#admit(variable);
      this.#byPath.set(path, variable);
      return tensor;
    }
    if (known.kind !== kind || !sameShape(known.shape, shape) || known.dtype !== dtype) {
      throw new FigmentError(
        `the ${dtype} ${kind} "${path}" of shape [${shape}] is already a ${known.dtype} ${known.kind} of shape [${known.shape}]`,
      );
    }
    return known.tensor;
  }
}

/**
 * Where a variable lives in the state: its group, and its slot within the group.
 *
 * Parameters form one group for each top-level scope, so that an adversarial step can train one
 * network and leave the other alone. `group.slot` is `parameters.`, `buffers.` or `memory.` + path.
 */
export function placeOf(kind: VariableKind, path: string): { group: string; slot: string } {
  if (kind === "buffer") return { group: "buffers", slot: path };
  if (kind === "memory") return { group: "memory", slot: path };
  const dot = path.indexOf(".");
  if (dot < 0) throw new FigmentError(`the parameter "${path}" must be within a named scope`);
  return { group: `parameters.${path.slice(0, dot)}`, slot: path.slice(dot + 1) };
}

/** What tracing a function gave besides its result. */
export interface Traced<R> {
  readonly result: R;
  /** New values of buffers and memory, by the full name of their state. */
  readonly updates: Readonly<Record<string, Tensor>>;
}

/** How a scope looks at its variables. */
interface View {
  readonly prefix: string;
  /** Goes before the path of noise, to tell passes apart. */
  readonly pass: string;
  readonly training: boolean;
  /** False in a later pass, whose updates are dropped. */
  readonly updates: boolean;
}

/**
 * Runs a function that builds graph, with a scope over the model's variables.
 *
 * @param training  see {@link Scope.training}
 * @throws FigmentError when the function updates a variable twice, updates or reads memory outside
 *   training, or draws a noise twice
 */
export function trace<R>(
  variables: Variables,
  training: boolean,
  build: (scope: Scope) => R,
): Traced<R> {
  const updates: Record<string, Tensor> = {};
  const noise = new Map<string, Tensor>();
  const scopeOf = (view: View): Scope => ({
    training: view.training,
    child: (name) => scopeOf({ ...view, prefix: `${view.prefix}${name}.` }),
    parameter: (name, shape, initialise, dtype) =>
      variables.declare("parameter", view.prefix + name, shape, initialise, dtype),
    buffer: (name, shape, initialise) =>
      variables.declare("buffer", view.prefix + name, shape, initialise),
    memory(name, shape, initialise) {
      if (!training) {
        throw new FigmentError(`the memory "${view.prefix}${name}" is for training steps alone`);
      }
      return variables.declare("memory", view.prefix + name, shape, initialise);
    },
    update(variable, value) {
      const { name } = (variable as Tensor<"input">).attributes;
      if (!view.training) throw new FigmentError(`only a training step can update "${name}"`);
      if (!view.updates) return;
      if (name in updates) {
        throw new FigmentError(
          `"${name}" is updated twice in one step; trace the second pass with scope.again(…)`,
        );
      }
      updates[name] = value;
    },
    noise(name, shape, distribution) {
      const path = view.pass + view.prefix + name;
      if (noise.has(path)) {
        throw new FigmentError(
          `the noise "${path}" is drawn twice; trace the second pass with scope.again(…)`,
        );
      }
      const drawn = input(`noise.${path}`, shape, "float32", { kind: "noise", distribution });
      noise.set(path, drawn);
      return drawn;
    },
    again: (pass) => scopeOf({ ...view, pass: `${view.pass}${pass}:`, updates: false }),
    frozen: () => scopeOf({ ...view, training: false }),
  });
  const result = build(scopeOf({ prefix: "", pass: "", training, updates: true }));
  return { result, updates };
}
