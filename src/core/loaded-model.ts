import type { Variables } from "../nn/scope.js";
import type { Device, GroupSpec, State, StateValues } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";
import type { DataTraits } from "./batch.js";
import type { Capabilities, CapabilityName } from "./capability.js";
import { RunError, UnavailableError } from "./errors.js";
import type { Model, ModelDefinition, Parts } from "./model.js";
import { type Programs, programsOn } from "./programs.js";
import { groupsOf, variablesOf, weightsAmong } from "./state.js";

/** How long work reports its progress, and how to stop it. */
export interface WorkOptions {
  /**
   * Items per batch; by default as many as memory allows, at most 500. Results do not depend on it.
   */
  readonly batchSize?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives the share done, in [0, 1], of any work that comes before the first item. */
  readonly onPreparation?: (share: number) => void;
  /** Work stops at the next batch and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A model with its weights on a device, ready to use. */
export interface LoadedModel {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  /** Trained models that this one contains, by name. */
  readonly parts: Parts;
  readonly model: Model;
  /** Every variable that a capability of the model uses. */
  readonly variables: Variables;
  readonly state: State;
  /** The compiled program of this name, built on first use. */
  readonly program: Programs["program"];
  /** The same, of a program that updates state beside the weights, from `allocate`. */
  readonly updating: Programs["updating"];
  /** Zeroed state beside the weights. */
  allocate(groups: readonly GroupSpec[]): Promise<State>;
  /** Replaces the values of the state. */
  write(values: StateValues): Promise<void>;
  /** Values of the state by full name, read once and cached until `write`. */
  values(): Promise<StateValues>;
  release(): Promise<void>;
}

/**
 * Loads a model onto a device.
 *
 * @param values  parameters and buffers by full name, `parameters.…` and `buffers.…`
 * @param parts   trained models that this one contains; `values` includes their weights
 * @throws RunError when a value is missing, unexpected, of another shape, or refused by the model
 */
export async function loadModel(
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>>,
  data: DataTraits,
  device: Device,
  values: StateValues,
  parts: Parts = {},
): Promise<LoadedModel> {
  const model = definition.build(config, data, parts);
  const variables = variablesOf(model, data);
  const groups = groupsOf(weightsAmong(variables));
  requireValues(groups, values);
  model.checkWeights?.(values);
  const state = await device.allocate(groups);
  await state.write(values);
  const programs = programsOn(device, variables);
  let held: Promise<StateValues> | undefined;
  return {
    definition,
    config,
    data,
    parts,
    model,
    variables,
    state,
    program: programs.program,
    updating: programs.updating,
    allocate: (own) => device.allocate(own, state),
    async write(replacement) {
      model.checkWeights?.(replacement);
      held = undefined;
      await state.write(replacement);
    },
    values() {
      held ??= state.read();
      return held;
    },
    async release() {
      await programs.release();
      await state.release();
    },
  };
}

/** The capability, or an error that names what the model can do instead. */
export function requireCapability<N extends CapabilityName>(
  { definition, model }: Pick<LoadedModel, "definition" | "model">,
  name: N,
): NonNullable<Capabilities[N]> {
  const capability = model.capabilities[name];
  if (capability !== undefined) return capability as NonNullable<Capabilities[N]>;
  const able = Object.keys(model.capabilities).join(", ");
  throw new UnavailableError(`${definition.id} has no "${name}"; it has ${able}`);
}

function requireValues(groups: readonly GroupSpec[], values: StateValues): void {
  const expected = new Map<string, readonly number[]>(
    groups.flatMap(({ name, slots }) =>
      slots.map((slot) => [`${name}.${slot.name}`, slot.shape] as const),
    ),
  );
  for (const [name, shape] of expected) {
    const value: HostArray | undefined = values.get(name);
    const length = shape.reduce((product, dim) => product * dim, 1);
    if (value === undefined) {
      throw new RunError(`the weights have no "${name}" of shape [${shape}]`);
    }
    if (value.length !== length) {
      throw new RunError(
        `"${name}" has ${value.length} elements; the model needs the shape [${shape}]`,
      );
    }
  }
  for (const name of values.keys()) {
    if (!expected.has(name)) throw new RunError(`the model has no tensor "${name}"`);
  }
}
