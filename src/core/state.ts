import { placeOf, trace, type Variable, Variables, type VariableType } from "../nn/scope.js";
import type { GroupSpec, SlotSpec } from "../runtime/program.js";
import { stream } from "../runtime/random.js";
import { type HostArray, toHostArray } from "../tensor/dtype.js";
import { FigmentError } from "../tensor/errors.js";
import type { Dim } from "../tensor/shape.js";
import { constant, input } from "../tensor/tensor.js";
import { annotationInputs } from "./annotations.js";
import type { Batch, DataTraits } from "./batch.js";
import type { FitBatch } from "./fit.js";
import type { Model } from "./model.js";

/**
 * Groups of state that hold the variables, in the order in which tracing met them.
 *
 * @throws FigmentError when variables of one group differ in their type
 */
export function groupsOf(variables: readonly Variable[]): GroupSpec[] {
  const groups = new Map<string, { dtype: VariableType; slots: SlotSpec[] }>();
  for (const { kind, path, shape, dtype } of variables) {
    const { group, slot } = placeOf(kind, path);
    const known = groups.get(group) ?? { dtype, slots: [] };
    if (known.dtype !== dtype) {
      throw new FigmentError(`"${path}" is ${dtype}, and the other "${group}" are ${known.dtype}`);
    }
    known.slots.push({ name: slot, shape });
    groups.set(group, known);
  }
  return [...groups].map(([name, group]) => ({ name, ...group }));
}

/** The inputs that a batch is fed through: `pixelsUnit`, and one named after each annotation. */
export function batchInputs(
  { channels, height, width, annotations }: DataTraits,
  size: Dim = "B",
): Batch {
  return {
    pixelsUnit: input("pixelsUnit", [size, channels, height, width]),
    annotations: annotationInputs(annotations, size),
  };
}

/** {@link batchInputs}, and `weights`. */
export function fitInputs(data: DataTraits): FitBatch {
  return { ...batchInputs(data), weights: input("weights", ["B"]) };
}

/**
 * Traces every step of a model in training mode, or everything that a fitted model is asked for, which
 * meets every variable that it has.
 */
export function variablesOf(model: Model, data: DataTraits): Variables {
  const variables = new Variables();
  const batch = batchInputs(data);
  for (const step of model.steps) {
    trace(variables, true, (scope) => step.objective(scope, batch, { step: constant(0) }));
  }
  if (model.fit === undefined) return variables;
  for (const { statistics } of model.fit.stages) {
    trace(variables, false, (scope) => statistics(scope, fitInputs(data)));
  }
  const { score, sample } = model.capabilities;
  if (score !== undefined) {
    trace(variables, false, (scope) => score.trace(scope, batch, 1));
  }
  if (typeof sample === "function") {
    const options = { draw: false, temperature: constant(1), annotations: batch.annotations };
    trace(variables, false, (scope) => sample(scope, "B", options));
  }
  return variables;
}

/** First values of the variables by full name; each draws from a stream of its own. */
export function initialValues(
  variables: readonly Variable[],
  seed: number,
): Map<string, HostArray> {
  return new Map(
    variables.map(({ kind, path, shape, dtype, initialise }) => {
      const { group, slot } = placeOf(kind, path);
      const values = initialise(shape, stream(seed, `initialise.${path}`));
      return [`${group}.${slot}`, dtype === "float32" ? values : toHostArray(dtype, values)];
    }),
  );
}
