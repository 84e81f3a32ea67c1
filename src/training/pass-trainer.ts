import type { DataTraits } from "../core/batch.js";
import {
  consecutive,
  imageLackingPixels,
  imageReader,
  wholeOnly,
} from "../core/capabilities/batches.js";
import type { HostBatch } from "../core/driven.js";
import { TrainingError } from "../core/errors.js";
import type { Fit, FitContext, FitHost, FitStage, FitSums, Maximised } from "../core/fit.js";
import type { ImageSource } from "../core/images.js";
import { missingPixels } from "../core/missing-pixels.js";
import type { Model, ModelDefinition } from "../core/model.js";
import { programsOn } from "../core/programs.js";
import { groupsOf, variablesOf } from "../core/state.js";
import { tracedSums } from "../core/traced-sums.js";
import type { Device, GroupSpec, StateValues } from "../runtime/program.js";
import { toNumbers } from "../tensor/dtype.js";
import { criteria } from "./information-criteria.js";
import type { Metrics, Trainer } from "./trainer.js";

/** Setup of a trainer by passes. */
export interface PassTrainerSetup {
  readonly definition: ModelDefinition;
  readonly model: Model;
  readonly fit: Fit;
  readonly data: DataTraits;
  readonly device: Device;
  readonly batchSize: number;
}

/** A model on a device that is fitted by passes. */
export interface PassTrainer extends Trainer {
  /** Sets the parameters to the initial values of a start. */
  begin(images: ImageSource, context: FitContext): Promise<void>;
  /**
   * Gathers a stage's sums over all images and sets the parameters to their maximiser.
   *
   * @param stage  number of the stage, from 0
   * @returns      metrics of the parameters before the pass; undefined when the pass was stopped,
   *               which changes nothing
   * @throws TrainingError when the loss or a parameter is not a number; the state is then unchanged
   */
  pass(stage: number, images: ImageSource, pass: Pass): Promise<Metrics | undefined>;
  /** The metrics of a stage for the parameters as they are; undefined when it was stopped. */
  measure(stage: number, images: ImageSource, pass: Pass): Promise<Metrics | undefined>;
}

interface Pass {
  /** Called after each batch. */
  onBatch?(): void;
  /** Checked between batches; true stops the pass. */
  shouldStop(): boolean;
}

/**
 * Compiles a model's statistics and puts its state on the device.
 *
 * @param stored  returns all values of the groups by full name, when a fit resumes
 */
export async function createPassTrainer(
  setup: PassTrainerSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<PassTrainer> {
  const { fit, device } = setup;
  const variables = variablesOf(setup.model, setup.data);
  const weightGroups = groupsOf(variables.list());
  const state = await device.allocate(weightGroups);
  if (stored !== undefined) await state.write(stored(weightGroups));
  const programs = programsOn(device, variables);
  const host: FitHost = { state, program: programs.program };
  const maximised = async (stage: FitStage, images: ImageSource, pass: Pass) => {
    const current = await state.read();
    const sums = await gather(setup, host, stage, current, images, pass);
    if (sums === undefined) return undefined;
    const { values, metrics } = stage.maximise(sums, current);
    return { values, metrics: { ...metrics, ...criteriaOf(fit, metrics, images) } };
  };
  return {
    state,
    weightGroups,
    async begin(images, context) {
      await state.write(await fit.initialise(images, context));
    },
    async pass(number, images, pass) {
      const stage = fit.stages[number];
      const found = await maximised(stage, images, pass);
      if (found === undefined) return undefined;
      requireNumbers(stage, found.values, found.metrics);
      await state.write(found.values);
      return found.metrics;
    },
    measure: async (number, images, pass) =>
      (await maximised(fit.stages[number], images, pass))?.metrics,
    weights: () => state.read(),
    async release() {
      await programs.release();
      await state.release();
    },
  };
}

/** Information criteria, where a fit counts its parameters and a pass measures the likelihood. */
function criteriaOf(
  { freeParameters }: Fit,
  { nllNats }: Maximised["metrics"],
  { weights, count }: ImageSource,
): Metrics {
  if (freeParameters === undefined || nllNats === undefined) return {};
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? count;
  return criteria(nllNats, total, freeParameters);
}

/** Sums over all images, batch by batch in their order; undefined when stopped. */
async function gather(
  setup: PassTrainerSetup,
  host: FitHost,
  stage: FitStage,
  current: StateValues,
  images: ImageSource,
  { onBatch, shouldStop }: Pass,
): Promise<FitSums | undefined> {
  const sums = new Map<string, Float64Array>();
  const read = imageReader(setup, images);
  for (let first = 0; first < images.count; first += setup.batchSize) {
    if (shouldStop()) return undefined;
    const size = Math.min(setup.batchSize, images.count - first);
    const batch = await read(consecutive(first, size));
    const lacking = imageLackingPixels(setup, batch.pixelsUnit);
    if (lacking === undefined) accumulate(sums, await sumsOf(setup, host, stage, batch));
    else if (stage.missing !== undefined)
      accumulate(sums, await stage.missing(batch, current, host));
    else {
      throw missingPixels(images, first + lacking, "fit", wholeOnly(setup));
    }
    onBatch?.();
  }
  return sums;
}

async function sumsOf(
  setup: PassTrainerSetup,
  host: FitHost,
  stage: FitStage,
  batch: HostBatch,
): Promise<FitSums> {
  if (stage.driven !== undefined) return stage.driven(host, batch);
  return tracedSums(host, stage, setup.data, batch);
}

function accumulate(sums: Map<string, Float64Array>, batch: FitSums): void {
  for (const [name, values] of batch) {
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, values.slice());
    else {
      for (let index = 0; index < sum.length; index++) sum[index] += values[index];
    }
  }
}

function requireNumbers(
  { name }: FitStage,
  values: StateValues,
  { loss }: Readonly<Record<string, number>>,
): void {
  if (loss !== undefined && (Number.isNaN(loss) || loss === Number.NEGATIVE_INFINITY)) {
    throw new TrainingError(`the loss of a pass of ${name} is ${loss}`);
  }
  for (const [path, value] of values) {
    if (toNumbers(value).some(Number.isNaN)) {
      throw new TrainingError(`a pass of ${name} gave "${path}" values that are not numbers`);
    }
  }
}
