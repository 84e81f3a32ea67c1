import { pixelsPerImage } from "../core/batch.js";
import { requireCount } from "../core/capabilities/batches.js";
import { parseConfig } from "../core/config.js";
import { ConfigError } from "../core/errors.js";
import { countMissing } from "../core/missing-pixels.js";
import type { ModelDefinition } from "../core/model.js";
import { onlyHosted } from "../core/part.js";
import type { Augmentation } from "../data/augment.js";
import type { Binarisation } from "../data/binarise.js";
import { dataSpecOf, dataTraits } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";
import { findModel as findRegistered } from "../models/registry.js";
import type { DeviceOptions } from "../runtime/program.js";
import { type Criterion, requireCriterion } from "../training/choice.js";
import { type AskedOptions, trainingOptions } from "../training/options.js";
import { planTraining, type TrainingPlan } from "../training/plan.js";
import { createRun } from "../training/run-directory.js";
import type { RunRecord } from "../training/run-record.js";
import { newRecord, type TrainJob, type TrainResult } from "../training/train.js";
import { openParts, settingsOf, weightsOf } from "./borrowed.js";
import { candidatesOf } from "./candidates.js";
import { type ChoiceReporting, openChoice, type PlanOf, trainChosen } from "./choose-settings.js";
import { deviceOptionsIn, withDevice } from "./device.js";
import type { EvaluationProgress } from "./evaluation/contract.js";
import { openTrainingEvaluation } from "./evaluation/in-training.js";

/** How a training reports to the user, and how to stop it. */
export interface Reporting
  extends ChoiceReporting,
    Pick<
      TrainJob,
      "tensorboard" | "signal" | "onMetrics" | "beforeStep" | "onProgress" | "onWarning"
    > {
  /** Receives the device and the reason for its choice. */
  readonly onDevice?: (description: string) => void;
  /** Receives the progress of evaluations on the way. */
  readonly onEvaluation?: (work: EvaluationProgress) => void;
}

/** Options of a new run. */
export interface NewRunOptions {
  /** A model id, or your own definition. */
  readonly model: string | ModelDefinition;
  /** A data set's name or path, or loaded images. */
  readonly data: string | ImageSet;
  /** How to load the data set that `data` names. */
  readonly load?: Omit<LoadOptions, "split">;
  /** Settings of the model's configuration; the others take their defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * By what to choose where `config` has an array of values for a setting that takes one, such as
   * `{ components: [2, 3, 4] }`: each is fitted, and the run is trained with the best. For models that
   * are fitted by passes.
   */
  readonly choose?: Criterion;
  /** Budget, batch size, learning rate and so on. */
  readonly training?: AskedOptions;
  readonly binarisation?: Binarisation;
  /** How to vary training images in each epoch. */
  readonly augmentation?: Augmentation;
  /**
   * A run of the same model, a directory or `zoo:NAME`, whose weights and configuration this one
   * starts from; for models that learn by gradients.
   */
  readonly weights?: string;
  /** Runs that become parts of the model, directories or `zoo:NAME`, by the part's name. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Finds the definition of a model id, for `model` and for parts; by default in the registry. */
  readonly findModel?: (id: string) => ModelDefinition;
  /** Share of the training images held out to pick the best weights; 0.1 by default, 0 for none. */
  readonly validation?: number;
  readonly seed?: number;
}

export interface TrainRunOptions extends NewRunOptions, Reporting, DeviceOptions {
  /** Directory of the new run. */
  readonly out: string;
  /** Whether to replace an existing run. */
  readonly overwrite?: boolean;
}

/** A checked new run, before its directory exists. */
export interface PreparedRun {
  readonly plan: TrainingPlan;
  readonly seed: number;
  /** The run whose weights it starts from. */
  readonly weights: RunRecord["weights"];
  readonly warnings: readonly string[];
  /** Settings still to be chosen; null where none are. */
  readonly choice: RunRecord["choice"];
  readonly planOf: PlanOf;
}

/**
 * Parses, loads and checks everything that a new run needs: model, data, parts and initial weights.
 *
 * @throws ConfigError, DataError, RunError: each says what to do
 */
export async function prepareRun(options: NewRunOptions): Promise<PreparedRun> {
  const { config = {}, training = {}, binarisation, augmentation } = options;
  const { validation = 0.1, seed = 0 } = options;
  requireCount("the seed", seed, 0);
  const { findModel = findRegistered } = options;
  const definition = typeof options.model === "string" ? findModel(options.model) : options.model;
  const begun = options.weights === undefined ? {} : await settingsOf(options.weights, definition);
  const candidates = candidatesOf(definition, config);
  const choice = choiceOf(candidates, options.choose);
  const parse = (settings: Readonly<Record<string, unknown>> = {}) =>
    parseConfig(definition.config, { ...begun, ...config, ...settings }, definition.id);
  const parsed = parse(candidates[0]);
  const budgeted = trainingOptions(training, definition.training, definition.id);
  const borrowed = await openParts(options.parts ?? {}, findModel);
  const images =
    typeof options.data === "string" ? await loadDataset(options.data, options.load) : options.data;
  const data = dataSpecOf(images, {
    ...(options.load?.size !== undefined && { resize: sizeOf(images, options.load.size) }),
    ...(options.load?.skipDamaged && { skipDamaged: true }),
    ...(binarisation && { binarisation }),
    ...(augmentation && { augmentation }),
    ...(validation !== 0 && { validation: { fraction: validation, seed } }),
  });
  const request = {
    definition,
    config: parsed,
    data,
    options: budgeted,
    asked: training,
    images,
    parts: borrowed.parts,
  };
  const planOf: PlanOf = (settings) => planTraining({ ...request, config: parse(settings) });
  if (choice !== null) {
    for (const { settings } of choice.candidates) requireCriterion(choice.by, planOf(settings));
  }
  const plan = planTraining(request);
  const traits = dataTraits(data);
  const hosted = onlyHosted(borrowed.values, plan.model, traits);
  const first =
    options.weights === undefined
      ? undefined
      : await weightsOf(options.weights, plan.model, traits);
  const values = new Map([...hosted, ...(first?.values ?? [])]);
  const begins = values.size === 0 ? plan : planTraining({ ...request, weights: values });
  return {
    plan: begins,
    seed,
    weights: first?.record ?? null,
    choice,
    planOf,
    warnings: [
      ...borrowed.warnings,
      ...(first?.warnings ?? []),
      ...missingNote(images),
      ...begins.notes,
    ],
  };
}

/**
 * Trains a new run.
 *
 * @throws ConfigError, DataError, RunError, TrainingError: each says what to do
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainResult> {
  const { plan, planOf, seed, weights, choice, warnings } = await prepareRun(options);
  for (const warning of warnings) options.onWarning?.(warning);
  const evaluation = await openTrainingEvaluation(plan, evaluationOptions(options, seed));
  try {
    return await withDevice(options, async (device) => {
      const { overwrite = false } = options;
      const record = newRecord(plan, device, { seed, weights, choice });
      const run = await createRun(options.out, record, { overwrite });
      try {
        const job = { ...options, run, plan, device, evaluation };
        return await trainChosen(job, planOf, options);
      } finally {
        run.lock.release();
      }
    });
  } finally {
    await evaluation?.close();
  }
}

/** How evaluations on the way compute and report. */
export const evaluationOptions = (
  { onEvaluation, ...device }: Pick<Reporting, "onEvaluation"> & DeviceOptions,
  seed: number,
) => ({ ...deviceOptionsIn(device), seed, ...(onEvaluation && { onProgress: onEvaluation }) });

/** @throws ConfigError when there is something to choose but not by what, or the reverse */
function choiceOf(candidates: ReturnType<typeof candidatesOf>, by?: Criterion) {
  if (candidates.length === 0) {
    if (by === undefined) return null;
    throw new ConfigError(
      `choose=${by} has nothing to choose among: give a setting several values, such as components=2..20`,
    );
  }
  if (by !== undefined) return openChoice(by, candidates);
  const keys = Object.keys(candidates[0]).join(" and ");
  throw new ConfigError(
    `${keys}: ${candidates.length} possibilities; say by what to choose among them: choose=bic, choose=aic or choose=validation`,
  );
}

function missingNote(images: ImageSet): string[] {
  const { values, images: lacking } = countMissing(images);
  if (values === 0) return [];
  const all = images.count * pixelsPerImage(images);
  const share = ((100 * values) / all).toFixed(1);
  return [
    `${values} of the ${all} pixel values of ${images.name} are missing (${share} %), in ${lacking} of its ${images.count} images`,
  ];
}

/** The size that images were resized to, to resize them the same way again. */
function sizeOf({ height, width }: ImageSet, size: NonNullable<LoadOptions["size"]>) {
  return { height, width, fit: (typeof size === "number" ? undefined : size.fit) ?? "cover" };
}
