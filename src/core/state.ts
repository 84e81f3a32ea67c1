import {
  placeOf,
  type Scope,
  trace,
  type Variable,
  Variables,
  type VariableType,
} from "../nn/scope.js";
import type { GroupSpec, SlotSpec } from "../runtime/program.js";
import { stream } from "../runtime/random.js";
import { type HostArray, toHostArray } from "../tensor/dtype.js";
import { FigmentError } from "../tensor/errors.js";
import { reachable } from "../tensor/graph.js";
import type { Dim } from "../tensor/shape.js";
import { constant, input, type Tensor } from "../tensor/tensor.js";
import { type AnnotationName, annotationInputs, presentAnnotations } from "./annotations.js";
import type { Batch, DataTraits } from "./batch.js";
import { capabilityGraphs } from "./capabilities/table.js";
import type { Fit, FitBatch } from "./fit.js";
import type { Model } from "./model.js";
import { phasesOf } from "./phases.js";
import type { Clock, Step } from "./steps.js";

/**
 * Groups of state for the variables, in the order of tracing.
 *
 * @throws FigmentError when variables of one group differ in type
 */
export function groupsOf(variables: readonly Variable[]): GroupSpec[] {
  const groups = new Map<string, { dtype: VariableType; slots: SlotSpec[] }>();
  for (const { kind, path, shape, dtype } of variables) {
    const { group, slot } = placeOf(kind, path);
    const known = groups.get(group) ?? { dtype, slots: [] };
    if (known.dtype !== dtype) {
      throw new FigmentError(`"${path}" is ${dtype}, but the other "${group}" are ${known.dtype}`);
    }
    known.slots.push({ name: slot, shape });
    groups.set(group, known);
  }
  return [...groups].map(([name, group]) => ({ name, ...group }));
}

/** The inputs of a batch: `pixelsUnit`, and one named after each annotation. */
export function batchInputs(
  { channels, height, width, annotations }: DataTraits,
  size: Dim = "B",
): Batch {
  return {
    pixelsUnit: input("pixelsUnit", [size, channels, height, width]),
    annotations: annotationInputs(annotations, size),
  };
}

/** {@link batchInputs} with `weights`. */
export function fitInputs(data: DataTraits): FitBatch {
  return { ...batchInputs(data), weights: input("weights", ["B"]) };
}

/** A clock for tracing only. */
export const STOPPED: Clock = {
  step: constant(0),
  progress: constant(0),
  phaseProgress: constant(0),
};

/**
 * Traces every training step and every capability of a model, and so finds all its variables,
 * memory included.
 */
export function variablesOf(
  model: Model,
  data: DataTraits,
  admit?: (variable: Variable) => void,
): Variables {
  const variables = new Variables(admit);
  const batch = batchInputs(data);
  for (const step of stepsOf(model)) {
    trace(variables, true, (scope) => step.objective(scope, batch, STOPPED));
  }
  traceFit(variables, model.fit, data);
  const { afterwards } = model;
  if (afterwards !== undefined) traceFit(variables, afterwards.model.fit, afterwards.data);
  for (const { build } of capabilityGraphs(model.capabilities, batch)) {
    trace(variables, false, build);
  }
  trace(variables, false, (scope) => {
    const { reconstruct } = model.capabilities;
    if (typeof reconstruct !== "function") return;
    reconstruct(scope, batch.pixelsUnit, { ...batch, draw: false });
  });
  trace(variables, false, (scope) => model.validate?.trace(scope, batch));
  trace(variables, false, (scope) => model.census?.trace(scope, batch));
  trace(variables, false, (scope) => model.preview?.trace(scope, batch));
  trace(variables, false, (scope) => model.uses?.(scope, batch));
  return variables;
}

/** Full names of what is fitted once the training of a model by gradients is complete. */
export function fittedAfterwards({ afterwards }: Model): ReadonlySet<string> {
  const variables = new Variables();
  if (afterwards !== undefined) traceFit(variables, afterwards.model.fit, afterwards.data);
  return new Set(
    variables.list().map(({ kind, path }) => {
      const { group, slot } = placeOf(kind, path);
      return `${group}.${slot}`;
    }),
  );
}

function traceFit(variables: Variables, fit: Fit | undefined, data: DataTraits): void {
  for (const { statistics } of fit?.stages ?? []) {
    trace(variables, false, (scope) => statistics(scope, fitInputs(data)));
  }
}

/**
 * Traces every step with a batch of this size, which a step may refuse: groups of images, for
 * example, must divide it.
 *
 * @throws ConfigError, ShapeError as the steps do
 */
export function requireBatchSize(model: Model, data: DataTraits, size: number): void {
  const batch = batchInputs(data, size);
  const variables = new Variables();
  for (const step of stepsOf(model)) {
    trace(variables, true, (scope) => step.objective(scope, batch, STOPPED));
  }
}

/** The steps of all phases. */
export const stepsOf = (model: Model): Step[] => phasesOf(model).flatMap(({ steps }) => steps);

/** Groups of a model's weights: parameters and buffers, without state that only training uses. */
export const weightGroups = (
  model: Model,
  data: DataTraits,
  admit?: (variable: Variable) => void,
): GroupSpec[] => groupsOf(weightsAmong(variablesOf(model, data, admit)));

/** Parameters and buffers. */
export const weightsAmong = (variables: Variables): Variable[] =>
  variables.list().filter(({ kind }) => kind !== "memory");

/** Annotations that the steps of a model read. */
export function annotationsRead(model: Model, data: DataTraits): AnnotationName[] {
  const { batch, nodes } = stepGraph(model, data);
  return annotationsAmong(batch, nodes, data);
}

function annotationsAmong(
  { annotations }: Batch,
  nodes: ReadonlySet<Tensor>,
  data: DataTraits,
): AnnotationName[] {
  return presentAnnotations(data.annotations).filter((name) => {
    const tensor = annotations[name];
    return tensor !== undefined && nodes.has(tensor);
  });
}

/** Annotations that a program over a batch reads, whatever else its model may read. */
export function annotationsReadBy(
  build: (scope: Scope, batch: Batch) => Tensor,
  data: DataTraits,
): AnnotationName[] {
  const batch = batchInputs(data);
  const { result } = trace(new Variables(), false, (scope) => build(scope, batch));
  return annotationsAmong(batch, new Set(reachable([result])), data);
}

/** Whether a loss of a model depends on the progress of training. */
export function readsProgress(model: Model, data: DataTraits): boolean {
  const { clock, nodes } = stepGraph(model, data);
  return nodes.has(clock.progress) || nodes.has(clock.phaseProgress);
}

/** All outputs of a model's steps, over one batch and one clock. */
function stepGraph(model: Model, data: DataTraits) {
  const variables = new Variables();
  const batch = batchInputs(data);
  const clock: Clock = {
    step: input("clock.step", []),
    progress: input("clock.progress", []),
    phaseProgress: input("clock.phaseProgress", []),
  };
  const results = stepsOf(model).flatMap((step) => {
    const { result, updates } = trace(variables, true, (scope) =>
      step.objective(scope, batch, clock),
    );
    return [result.loss, ...Object.values(result.metrics), ...Object.values(updates)];
  });
  return { batch, clock, nodes: new Set<Tensor>(reachable(results)) };
}

/** Initial values of the variables by full name; each has its own random stream. */
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
