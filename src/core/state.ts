import { placeOf, trace, type Variable, Variables } from "../nn/scope.js";
import type { GroupSpec, SlotSpec } from "../runtime/program.js";
import { stream } from "../runtime/random.js";
import { constant, input } from "../tensor/tensor.js";
import type { DataTraits, Model } from "./model.js";

/** Groups of state that hold the variables, in the order in which tracing met them. */
export function groupsOf(variables: readonly Variable[]): GroupSpec[] {
  const slots = new Map<string, SlotSpec[]>();
  for (const { kind, path, shape } of variables) {
    const { group, slot } = placeOf(kind, path);
    slots.set(group, [...(slots.get(group) ?? []), { name: slot, shape }]);
  }
  return [...slots].map(([name, members]) => ({ name, dtype: "float32", slots: members }));
}

/** Traces every step of a model in training mode, which meets every variable that it has. */
export function variablesOf(model: Model, { channels, height, width }: DataTraits): Variables {
  const variables = new Variables();
  const batch = { pixelsUnit: input("pixelsUnit", ["B", channels, height, width]) };
  for (const step of model.steps) {
    trace(variables, true, (scope) => step.objective(scope, batch, { step: constant(0) }));
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
