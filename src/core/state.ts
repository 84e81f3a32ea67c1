import { placeOf, trace, type Variable, Variables } from "../nn/scope.js";
import type { GroupSpec, SlotSpec } from "../runtime/program.js";
import { stream } from "../runtime/random.js";
import type { Dim } from "../tensor/shape.js";
import { constant, input } from "../tensor/tensor.js";
import type { FitBatch } from "./fit.js";
import type { Batch, DataTraits, Model } from "./model.js";

/** Groups of state that hold the variables, in the order in which tracing met them. */
export function groupsOf(variables: readonly Variable[]): GroupSpec[] {
  const slots = new Map<string, SlotSpec[]>();
  for (const { kind, path, shape } of variables) {
    const { group, slot } = placeOf(kind, path);
    slots.set(group, [...(slots.get(group) ?? []), { name: slot, shape }]);
  }
  return [...slots].map(([name, members]) => ({ name, dtype: "float32", slots: members }));
}

/** The inputs that a batch is fed through: `pixelsUnit` and `labels`. */
export function batchInputs({ channels, height, width }: DataTraits, size: Dim = "B"): Batch {
  return {
    pixelsUnit: input("pixelsUnit", [size, channels, height, width]),
    labels: input("labels", [size], "int32"),
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
    const options = { draw: false, temperature: constant(1), labels: batch.labels };
    trace(variables, false, (scope) => sample(scope, "B", options));
  }
  return variables;
}

/** First values of the variables by full name; each draws from a stream of its own. */
export function initialValues(
  variables: readonly Variable[],
  seed: number,
): Map<string, Float32Array> {
  return new Map(
    variables.map(({ kind, path, shape, initialise }) => {
      const { group, slot } = placeOf(kind, path);
      return [`${group}.${slot}`, initialise(shape, stream(seed, `initialise.${path}`))];
    }),
  );
}
