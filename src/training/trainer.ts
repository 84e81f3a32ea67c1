import type { AnnotationValues } from "../core/annotations.js";
import type { DataTraits } from "../core/batch.js";
import { TrainingError } from "../core/errors.js";
import type { Model, Step } from "../core/model.js";
import { groupsOf, initialValues, variablesOf } from "../core/state.js";
import { emaWeight } from "../nn/ema.js";
import type { Variables } from "../nn/scope.js";
import {
  type Device,
  type Executable,
  type GroupSpec,
  inputsOf,
  type State,
  type StateValues,
} from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";
import { stepProgram, trainingGroups, type UpdateRule } from "./step-program.js";
import type { Metrics, Trained } from "./trained.js";

/** What a trainer is built from. */
export interface TrainerSetup {
  readonly model: Model;
  readonly data: DataTraits;
  readonly device: Device;
  readonly rule: UpdateRule;
  readonly batchSize: number;
  readonly seed: number;
  /** First values of parameters and buffers, by full name; those not named here are drawn. */
  readonly weights?: StateValues | undefined;
}

/** Images of one step. */
export interface TrainingBatch {
  /** [batchSize, C, H, W] in [0, 1] */
  readonly pixelsUnit: Float32Array;
  /** What is known of the images besides their pixels, where a step reads it. */
  readonly annotations?: AnnotationValues;
}

/** A model in training on a device: its state, and one compiled program for each kind of step. */
export interface Trainer extends Trained {
  /**
   * Runs every kind of step on one batch.
   *
   * @param index         batches done before; decides the noise
   * @param learningRate  for this batch
   * @throws TrainingError when a loss is not finite; the state is then of no use
   */
  step(batch: TrainingBatch, index: number, learningRate: number): Promise<Metrics>;
}

/**
 * Compiles a model's steps and gives it its first values, or those of a checkpoint.
 *
 * @param stored  gives everything that these groups hold, by full name
 * @throws FigmentError when a value is unknown or of another length
 */
export async function createTrainer(
  setup: TrainerSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<Trainer> {
  const { model, device, rule } = setup;
  const variables = variablesOf(model, setup.data);
  const own = groupsOf(variables.list());
  const groups = [...own, ...trainingGroups(own, rule)];
  const state = await device.allocate(groups);
  await state.write(stored?.(groups) ?? firstValues(variables, groups, setup));
  const phases = await Promise.all(
    model.steps.map(async (step): Promise<Phase> => {
      const program = stepProgram(step, variables, rule, setup.data, setup.batchSize);
      const inputs = new Set(inputsOf(program).map(({ attributes }) => attributes.name));
      return { step, inputs, run: await device.compile(program) };
    }),
  );
  return {
    state,
    own,
    step: (batch, index, learningRate) =>
      runPhases(setup, state, phases, batch, index, learningRate),
    weights: () => readWeights(state, own, rule.ema > 0),
    async release() {
      for (const { run } of phases) await run.release();
      await state.release();
    },
  };
}

function firstValues(
  variables: Variables,
  groups: readonly GroupSpec[],
  { seed, weights = new Map() }: TrainerSetup,
): Map<string, HostArray> {
  const values = new Map([...initialValues(variables.list(), seed), ...weights]);
  for (const { name, slots } of groups) {
    if (!name.startsWith("ema.")) continue;
    for (const slot of slots) {
      const parameter = values.get(`parameters.${name.slice("ema.".length)}.${slot.name}`);
      if (parameter !== undefined) values.set(`${name}.${slot.name}`, parameter);
    }
  }
  return values;
}

interface Phase {
  readonly step: Step;
  /** Names of what the program takes: not every step depends on the clock, say. */
  readonly inputs: ReadonlySet<string>;
  readonly run: Executable;
}

async function runPhases(
  { rule, seed }: TrainerSetup,
  state: State,
  phases: readonly Phase[],
  { pixelsUnit, annotations = {} }: TrainingBatch,
  index: number,
  learningRate: number,
): Promise<Metrics> {
  const runsPerBatch = phases.reduce((sum, { step }) => sum + step.repeat, 0);
  const metrics: Record<string, number> = {};
  let runs = index * runsPerBatch;
  for (const { step, inputs, run } of phases) {
    for (let turn = 0; turn < step.repeat; turn++) {
      const update = index * step.repeat + turn + 1;
      const scalars = rule.optimizer.scalars(update, learningRate);
      const feeds: Record<string, HostArray> = {
        pixelsUnit,
        ...annotations,
        "clock.step": Float32Array.of(index),
        "ema.weight": Float32Array.of(emaWeight(update, { decay: rule.ema })),
      };
      for (const [name, value] of Object.entries(scalars)) {
        feeds[`optimizer.${name}`] = Float32Array.of(value);
      }
      for (const name of Object.keys(feeds)) if (!inputs.has(name)) delete feeds[name];
      const outputs = await run.run({ state, feeds, noise: { seed, step: runs++ } });
      for (const [name, value] of Object.entries(outputs)) {
        metrics[phases.length > 1 ? `${step.name}.${name}` : name] = Number(value[0]);
      }
      if (!Number.isFinite(Number(outputs.loss[0]))) throw notFinite(step, index, outputs.loss[0]);
    }
  }
  return metrics;
}

function notFinite(step: Step, index: number, loss: number | bigint): TrainingError {
  return new TrainingError(
    `the loss of step ${index + 1} (${step.name}) is ${loss}; lower the learning rate or clip the gradient`,
  );
}

async function readWeights(
  state: State,
  own: readonly GroupSpec[],
  averaged: boolean,
): Promise<Map<string, HostArray>> {
  const weights = await state.read(own.map(({ name }) => name));
  if (!averaged) return weights;
  const averages = await state.read(
    state.groups.map(({ name }) => name).filter((name) => name.startsWith("ema.")),
  );
  for (const [name, value] of averages) {
    weights.set(`parameters.${name.slice("ema.".length)}`, value);
  }
  return weights;
}
