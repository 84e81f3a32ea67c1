import { allocate } from "../tensor/dtype.js";
import { elementCount, factorsOfDim } from "../tensor/shape.js";
import { ProgramError } from "./errors.js";
import type { InputPlan } from "./plan.js";
import type { RunRequest } from "./program.js";
import { type RealArray, stream } from "./random.js";

/**
 * Number of elements per batch item. An item is one index of the first axis, or one count of its
 * symbol if the axis is a multiple such as `4*B`. All items share a scalar.
 */
function elementsPerItem({ shape }: InputPlan, bound: readonly number[]): number {
  if (bound.length === 0) return 0;
  const { coefficient, symbols } = factorsOfDim(shape[0]);
  return (symbols.length === 0 ? 1 : coefficient) * elementCount(bound.slice(1));
}

/**
 * Fills `out` with the noise of an input.
 *
 * @throws ProgramError when the run has no seed
 */
export function fillNoise(
  input: InputPlan,
  bound: readonly number[],
  noise: RunRequest["noise"],
  out: RealArray,
): void {
  if (noise === undefined) {
    throw new ProgramError(`the input "${input.name}" is noise, but the run has no seed`);
  }
  const { seed, step = 0, first = 0 } = noise;
  const source = stream(seed, input.name, step);
  const offset = first * elementsPerItem(input, bound);
  const distribution = input.source.kind === "noise" ? input.source.distribution : "uniform";
  if (distribution === "normal") source.normal(out, offset);
  else source.uniform(out, offset);
}

/** Memory for an input's noise. @throws ProgramError if its data type is not a float */
export function allocateNoise({ name, dtype }: InputPlan, length: number): RealArray {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new ProgramError(`the noise "${name}" must be a float, not ${dtype}`);
  }
  return allocate(dtype, length);
}
