import type { AnnotationName, AnnotationValues } from "../core/annotations.js";
import { annotationNames } from "../core/annotations.js";
import type { DataTraits } from "../core/batch.js";
import { TrainingError } from "../core/errors.js";
import type { Model } from "../core/model.js";
import { phasesOf } from "../core/phases.js";
import { groupsOf, initialValues, variablesOf, weightsAmong } from "../core/state.js";
import type { Step } from "../core/steps.js";
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
import { averagedBy, averagedIn, withAverages } from "./averaging.js";
import { optimizerOf, settingsOf } from "./optimizer.js";
import {
  averageWeightInput,
  IMAGE_WEIGHTS,
  scalarInput,
  stepProgram,
  trainingGroups,
  type UpdateRule,
} from "./step-program.js";
import { type DueStep, type Moment, timelineOf } from "./timeline.js";
import type { Metrics, Trainer } from "./trainer.js";

/** Setup of a trainer by gradients. */
export interface GradientTrainerSetup {
  readonly model: Model;
  readonly data: DataTraits;
  readonly device: Device;
  readonly rule: UpdateRule;
  readonly batchSize: number;
  readonly seed: number;
  /** Batches of the whole training; infinite (the default) where a time limit ends it. */
  readonly totalSteps?: number;
  /** Initial values of parameters and buffers by full name; the others are drawn. */
  readonly weights?: StateValues | undefined;
  /**
   * Mean weight of all training images, > 0, where they have weights. Each loss and metric is then
   * the mean over a batch of weight / mean weight · value, whose expectation is the weighted mean.
   */
  readonly meanImageWeight?: number | undefined;
}

/** Images of one batch. */
export interface TrainingBatch {
  /** [batchSize, C, H, W] in [0, 1] */
  readonly pixelsUnit: Float32Array;
  /** Annotations of the images, where a step reads them. */
  readonly annotations?: AnnotationValues;
  /** [batchSize] how much each image counts, where the trainer was given the mean of all weights. */
  readonly weights?: Float32Array;
}

/** A model that learns by gradients: its state and one compiled program per kind of step. */
export interface GradientTrainer extends Trainer {
  /** Annotations that any step reads. */
  readonly reads: readonly AnnotationName[];
  /**
   * Runs every step that is due on one batch.
   *
   * @param index         number of batches done before; decides which steps are due, and their
   *                      noise
   * @param learningRate  of this batch
   * @throws TrainingError when a loss is not finite; the state is then unusable
   */
  step(batch: TrainingBatch, index: number, learningRate: number): Promise<Metrics>;
}

/**
 * Compiles a model's steps and sets its state to initial values or those of a checkpoint.
 *
 * @param stored  returns all values of these groups, by full name
 * @throws FigmentError when a value is unknown or of another length
 * @throws ConfigError when the phases do not fit the number of batches
 */
export async function createGradientTrainer(
  setup: GradientTrainerSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<GradientTrainer> {
  const { model, device, rule, totalSteps = Number.POSITIVE_INFINITY } = setup;
  const phases = phasesOf(model);
  const timeline = timelineOf(phases, totalSteps);
  const variables = variablesOf(model, setup.data);
  const own = groupsOf(variables.list());
  const weightGroups = groupsOf(weightsAmong(variables));
  const groups = [...own, ...trainingGroups(own, phases, rule)];
  const state = await device.allocate(groups);
  await state.write(stored?.(groups) ?? firstValues(variables, groups, setup));
  const programs = new Map<Step, StepProgram>();
  for (const phase of phases) {
    for (const step of phase.steps) {
      const averaged = rule.ema > 0 ? averagedBy(phase, step) : [];
      const { data, batchSize } = setup;
      const program = stepProgram(step, variables, rule, data, batchSize, {
        averaged,
        weighted: setup.meanImageWeight !== undefined,
      });
      const inputs = new Set(inputsOf(program).map(({ attributes }) => attributes.name));
      programs.set(step, { inputs, run: await device.compile(program) });
    }
  }
  // The noise of each program run has a number: a batch reserves one per step of the largest phase.
  const runsPerBatch = Math.max(...phases.map(({ steps }) => steps.length));
  const several = runsPerBatch > 1;
  return {
    state,
    weightGroups,
    reads: annotationNames.filter((name) =>
      [...programs.values()].some(({ inputs }) => inputs.has(name)),
    ),
    async step(batch, index, learningRate) {
      const moment = timeline.at(index);
      const metrics: Record<string, number> = {};
      for (const due of moment.due) {
        const { step } = due;
        const program = programs.get(step) as StepProgram;
        const run = index * runsPerBatch + phases[moment.phase].steps.indexOf(step);
        const feeds = feedsOf(setup, { batch, index, moment, due, learningRate });
        const outputs = await runStep(setup, state, program, feeds, run);
        for (const [name, value] of Object.entries(outputs)) {
          metrics[several ? `${step.name}.${name}` : name] = value;
        }
        if (!Number.isFinite(outputs.loss)) throw notFinite(step, index, outputs.loss);
      }
      return metrics;
    },
    weights: () => readWeights(state, weightGroups),
    async release() {
      for (const { run } of programs.values()) await run.release();
      await state.release();
    },
  };
}

function firstValues(
  variables: Variables,
  groups: readonly GroupSpec[],
  { seed, weights = new Map() }: GradientTrainerSetup,
): Map<string, HostArray> {
  const values = new Map([...initialValues(variables.list(), seed), ...weights]);
  for (const { name, slots } of groups) {
    const averaged = averagedIn(name);
    if (averaged === undefined) continue;
    for (const slot of slots) {
      const value = values.get(`${averaged}.${slot.name}`);
      if (value !== undefined) values.set(`${name}.${slot.name}`, value);
    }
  }
  return values;
}

interface StepProgram {
  /** Names of the program's inputs; a step need not depend on the clock, for example. */
  readonly inputs: ReadonlySet<string>;
  readonly run: Executable;
}

type Feeds = Record<string, HostArray>;

interface StepTurn {
  readonly batch: TrainingBatch;
  readonly index: number;
  readonly moment: Moment;
  readonly due: DueStep;
  readonly learningRate: number;
}

/** All inputs that a step may take. */
function feedsOf(
  { rule, meanImageWeight }: GradientTrainerSetup,
  { batch, index, moment, due, learningRate }: StepTurn,
): Feeds {
  const { step, updates, averages } = due;
  const { rate = 1 } = step.optimizer ?? {};
  const optimizer = optimizerOf(settingsOf(step, rule));
  const feeds: Feeds = {
    pixelsUnit: batch.pixelsUnit,
    ...batch.annotations,
    "clock.step": Float32Array.of(index),
    "clock.progress": Float32Array.of(moment.progress),
    "clock.phaseProgress": Float32Array.of(moment.phaseProgress),
  };
  if (meanImageWeight !== undefined && batch.weights !== undefined) {
    feeds[IMAGE_WEIGHTS] = batch.weights.map((weight) => weight / meanImageWeight);
  }
  for (const [scope, update] of updates) {
    for (const [name, value] of Object.entries(optimizer.scalars(update, learningRate * rate))) {
      feeds[scalarInput(name, scope)] = Float32Array.of(value);
    }
  }
  for (const [scope, update] of averages) {
    feeds[averageWeightInput(scope)] = Float32Array.of(emaWeight(update, { decay: rule.ema }));
  }
  return feeds;
}

async function runStep(
  { seed }: GradientTrainerSetup,
  state: State,
  { inputs, run }: StepProgram,
  feeds: Feeds,
  number: number,
): Promise<Record<string, number>> {
  for (const name of Object.keys(feeds)) if (!inputs.has(name)) delete feeds[name];
  const outputs = await run.run({ state, feeds, noise: { seed, step: number } });
  return Object.fromEntries(
    Object.entries(outputs).map(([name, [value]]) => [name, Number(value)]),
  );
}

function notFinite({ name }: Step, index: number, loss: number): TrainingError {
  return new TrainingError(
    `the loss of step ${index + 1} (${name}) is ${loss}; lower the learning rate or clip the gradient`,
  );
}

async function readWeights(
  state: State,
  weightGroups: readonly GroupSpec[],
): Promise<Map<string, HostArray>> {
  const averages = state.groups.map(({ name }) => name).filter((name) => averagedIn(name));
  const values = await state.read([...weightGroups.map(({ name }) => name), ...averages]);
  return withAverages(values);
}
