import type { DType } from "../tensor/dtype.js";
import type { InputSource } from "../tensor/primitives.js";
import { formatShape, isStatic, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { choicesFor } from "./choices.js";
import { ProgramError } from "./errors.js";
import { type LoopPlan, splitLoops } from "./loops/plan.js";
import { lower } from "./onnx/lower.js";
import { mergeEqual, optimise } from "./optimise/index.js";
import { type ForeignModel, inputsOf, type Program } from "./program.js";

/** An input of a compiled program. */
export interface InputPlan {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly source: InputSource;
  /** Whether the optimised model still reads it. */
  readonly used: boolean;
}

/** A result of a compiled program: an output for the caller or a new value of state. */
export interface ResultPlan {
  /** Its name in the program. */
  readonly name: string;
  /** Its name in the ONNX model. */
  readonly value: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A compiled program as plain data, which can be sent to another thread. */
export interface ExecutionPlan {
  readonly model: Uint8Array;
  /** Symbols whose counts must be fed to the model. */
  readonly symbols: readonly string[];
  /** Number of operators in the model. */
  readonly operators: number;
  /** Operators that stay on the CPU when the others run on WebGPU. */
  readonly hostNodes: readonly string[];
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly ResultPlan[];
  /** Updates that the model computes. */
  readonly updates: readonly ResultPlan[];
  /** Updates that run after the model. */
  readonly loops: readonly LoopPlan[];
}

/**
 * Optimises a program and lowers it for a session.
 *
 * @param choices  by default those for a CPU whose library has no operators on blocked images
 * @throws ProgramError when two inputs of one name differ, or an update does not match its state
 */
export function planProgram(
  program: Program,
  choices = choicesFor({ kind: "cpu", block: undefined }),
): ExecutionPlan {
  const declared = declaredInputs(program);
  requireFittingUpdates(program, declared);
  const optimised = choices.plain ? mergeEqual(program) : optimise(program);
  const { rest, computed, loops } = choices.loops
    ? splitLoops(optimised)
    : { rest: optimised, computed: {}, loops: [] };
  const outputs = toResults("out", rest.outputs);
  const updates = toResults("new", rest.updates);
  const tensors = [...Object.values(rest.outputs), ...Object.values(rest.updates)];
  const named = Object.fromEntries(
    [...outputs, ...updates].map(({ value }, position) => [value, tensors[position]]),
  );
  const results = { ...named, ...computed };
  const lowered = lower(results, {
    mode: choices.plain ? "plain" : "session",
    block: choices.block,
    graphName: "program",
  });
  const read = inputsOf({ outputs: results, updates: {} });
  const used = new Set(read.map(({ attributes }) => attributes.name));
  const inputs = declared.map(({ attributes: { name, source }, shape, dtype }) => ({
    name,
    shape,
    dtype,
    source,
    used: used.has(name),
  }));
  return { ...lowered, inputs, outputs, updates, loops };
}

/** The plan of a model that Figment did not make: it runs as it is. */
export function planForeign({ model, operators, inputs, outputs }: ForeignModel): ExecutionPlan {
  return {
    model,
    symbols: [],
    operators,
    hostNodes: [],
    inputs: inputs.map((input) => ({ ...input, source: { kind: "feed" }, used: true })),
    outputs: outputs.map((output) => ({ ...output, value: output.name })),
    updates: [],
    loops: [],
  };
}

/** One node per input name. Several nodes may declare the same input. */
function declaredInputs(program: Program): Tensor<"input">[] {
  const byName = new Map<string, Tensor<"input">>();
  for (const node of inputsOf(program)) {
    const { name, source } = node.attributes;
    const first = byName.get(name);
    if (first === undefined) byName.set(name, node);
    else if (
      !sameShape(first.shape, node.shape) ||
      first.dtype !== node.dtype ||
      JSON.stringify(first.attributes.source) !== JSON.stringify(source)
    ) {
      throw new ProgramError(
        `"${name}" is declared as ${describeInput(first)} and as ${describeInput(node)}`,
      );
    }
  }
  return [...byName.values()];
}

function describeInput({ dtype, shape, attributes: { source } }: Tensor<"input">): string {
  return `${source.kind} ${dtype} ${formatShape(shape)}`;
}

/** Prefixes names in the model, so that an output or update may have the name of an input. */
function toResults(prefix: string, tensors: Readonly<Record<string, Tensor>>): ResultPlan[] {
  return Object.entries(tensors).map(([name, { shape, dtype }]) => ({
    name,
    value: `${prefix}:${name}`,
    shape,
    dtype,
  }));
}

function requireFittingUpdates({ updates }: Program, inputs: readonly Tensor<"input">[]): void {
  for (const [name, { shape, dtype }] of Object.entries(updates)) {
    if (!isStatic(shape)) {
      throw new ProgramError(`the update of "${name}" has the symbolic shape [${shape}]`);
    }
    const read = inputs.find(({ attributes }) => attributes.name === name);
    const same = read === undefined || (`${read.shape}` === `${shape}` && read.dtype === dtype);
    if (!same) {
      throw new ProgramError(
        `the update of "${name}" is ${dtype} [${shape}], but the state is ${read.dtype} [${read.shape}]`,
      );
    }
  }
}
