import type { DType } from "../tensor/dtype.js";
import type { InputSource } from "../tensor/primitives.js";
import { isStatic, type Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { ProgramError } from "./errors.js";
import { lower } from "./onnx/lower.js";
import { optimise } from "./optimise/index.js";
import { inputsOf, type Program } from "./program.js";

/** An input of a compiled program. */
export interface InputPlan {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly source: InputSource;
}

/** A result of a compiled program: an output for the caller or the new value of a state. */
export interface ResultPlan {
  /** What the caller calls it. */
  readonly name: string;
  /** What the model calls it. */
  readonly value: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A compiled program as plain data, which can be sent to where it runs. */
export interface ExecutionPlan {
  readonly model: Uint8Array;
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly ResultPlan[];
  readonly updates: readonly ResultPlan[];
}

/**
 * Optimises a program and lowers it for a session.
 *
 * @throws ProgramError when names clash, or an update does not fit the state it updates
 */
export function planProgram(program: Program): ExecutionPlan {
  const declared = inputsOf(program);
  const optimised = optimise(program);
  requireFittingUpdates(program, declared);
  const outputs = toResults("out", optimised.outputs);
  const updates = toResults("new", optimised.updates);
  const tensors = [...Object.values(optimised.outputs), ...Object.values(optimised.updates)];
  const named = Object.fromEntries(
    [...outputs, ...updates].map(({ value }, position) => [value, tensors[position]]),
  );
  const model = lower(named, { mode: "session", graphName: "program" });
  return { model, inputs: inputsOf(optimised).map(toInputPlan), outputs, updates };
}

function toInputPlan({ attributes, shape, dtype }: Tensor<"input">): InputPlan {
  return { name: attributes.name, shape, dtype, source: attributes.source };
}

/** Model values are prefixed, so that an output or update may be called like an input. */
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
    const group = name.split(".")[0];
    if (group !== name && group in updates) {
      throw new ProgramError(`both the group "${group}" and its slot "${name}" are updated`);
    }
  }
}
