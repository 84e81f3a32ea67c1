import type { Stream } from "../runtime/random.js";
import type { DType } from "../tensor/dtype.js";
import { FigmentError } from "../tensor/errors.js";
import type { NoiseDistribution } from "../tensor/primitives.js";
import { type Shape, sameShape } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";

/**
 * Draws the initial value of a parameter, row-major.
 *
 * @param shape   shape of the parameter
 * @param stream  random stream of this parameter alone, so that adding a layer changes no other
 *                values
 */
export type Initialiser = (shape: readonly number[], stream: Stream) => Float32Array;

/**
 * The role of a variable. Gradients train a `parameter`. Training steps set a `buffer`, such as a
 * running mean, which belongs to the weights. Only training uses `memory`, such as a pool of drawn
 * images: checkpoints hold it, weights and exports do not.
 */
export type VariableKind = "parameter" | "buffer" | "memory";

/** A tensor of a model that persists between runs of its programs. */
export interface Variable {
  /** Dotted path, such as `encoder.hidden.weight`: the key in state files and the name in exports. */
  readonly path: string;
  readonly kind: VariableKind;
  readonly shape: readonly number[];
  readonly dtype: VariableType;
  readonly initialise: Initialiser;
  /** Whether averaged weights have the average of its values, rather than the latest. */
  readonly averaged: boolean;
  readonly tensor: Tensor;
}

export interface BufferOptions {
  /** False for a value that says where training is: averaged weights have the latest. True by default. */
  readonly averaged?: boolean;
}

/** Precision of a variable; programs in float64 run on the CPU, whatever the device. */
export type VariableType = Extract<DType, "float32" | "float64">;

/**
 * Gives a layer its variables and noise during tracing.
 *
 * Variables are identified by path, so tracing a function twice, for training and for sampling say,
 * yields the same ones. This is how the programs of one model share weights.
 */
export interface Scope {
  /**
   * True when tracing a training step: dropout is active, and batch statistics are used and
   * updated.
   */
  readonly training: boolean;
  child(name: string): Scope;
  /**
   * Declares a learned tensor.
   *
   * @param dtype  one for all parameters of a top-level scope; gradients train float32 only
   * @throws FigmentError when the path already has another shape or type
   */
  parameter(
    name: string,
    shape: readonly number[],
    initialise: Initialiser,
    dtype?: VariableType,
  ): Tensor;
  /** Declares a tensor that gradients do not train, such as a running mean. */
  buffer(
    name: string,
    shape: readonly number[],
    initialise: Initialiser,
    options?: BufferOptions,
  ): Tensor;
  /**
   * Declares a tensor that only training steps read and update: checkpoints keep it, weights and
   * exports do not.
   *
   * @throws FigmentError outside a training step
   */
  memory(name: string, shape: readonly number[], initialise: Initialiser): Tensor;
  /** Sets the value of a buffer or memory after this step. Only a training step may update. */
  update(variable: Tensor, value: Tensor): void;
  /** Random numbers, new for each run; the same seed, step and path give the same ones. */
  noise(name: string, shape: Shape, distribution: NoiseDistribution): Tensor;
  /**
   * The same variables for another pass through a network in the same step. The pass draws its own
   * noise. Only the first pass updates buffers; updates of this one are dropped.
   *
   * @param pass  distinguishes the noise of the pass, such as `drawn`
   */
  again(pass: string): Scope;
  /**
   * The same variables as used after training: batch normalisation reads its running statistics,
   * dropout is off and nothing is updated. Gradients flow through.
   */
  frozen(): Scope;
}

/** The variables of one model, in the order of tracing. */
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

  /** The variable with this path, created on the first call. */
  declare(
    kind: Variable["kind"],
    path: string,
    shape: readonly number[],
    initialise: Initialiser,
    { dtype = "float32", averaged = true }: Partial<Pick<Variable, "dtype" | "averaged">> = {},
  ): Tensor {
    const known = this.#byPath.get(path);
    if (known === undefined) {
      const { group, slot } = placeOf(kind, path);
      const tensor = input(`${group}.${slot}`, shape, dtype, { kind: "state" });
      const variable = { path, kind, shape, dtype, initialise, averaged, tensor };
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
 * The place of a variable in the state: its group, and its slot within the group.
 *
 * Parameters form one group per top-level scope, so that an adversarial step can train one network
 * without the other. `group.slot` is `parameters.`, `buffers.` or `memory.` + path.
 */
export function placeOf(kind: VariableKind, path: string): { group: string; slot: string } {
  if (kind === "buffer") return { group: "buffers", slot: path };
  if (kind === "memory") return { group: "memory", slot: path };
  const dot = path.indexOf(".");
  if (dot < 0) throw new FigmentError(`the parameter "${path}" must be within a named scope`);
  return { group: `parameters.${path.slice(0, dot)}`, slot: path.slice(dot + 1) };
}

/** The result of tracing a function, and its updates. */
export interface Traced<R> {
  readonly result: R;
  /** New values of buffers and memory, by the full name of their state. */
  readonly updates: Readonly<Record<string, Tensor>>;
}

/** The mode in which a scope uses its variables. */
interface View {
  readonly prefix: string;
  /** Prefix of the path of noise, to distinguish passes. */
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
      variables.declare("parameter", view.prefix + name, shape, initialise, dtype && { dtype }),
    buffer: (name, shape, initialise, options) =>
      variables.declare("buffer", view.prefix + name, shape, initialise, options),
    memory(name, shape, initialise) {
      if (!training) {
        throw new FigmentError(`the memory "${view.prefix}${name}" is only for training steps`);
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
