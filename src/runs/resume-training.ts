import { parseConfig } from "../core/config.js";
import { ConfigError, RunError } from "../core/errors.js";
import type { ModelDefinition } from "../core/model.js";
import { weightsIn } from "../core/stored-state.js";
import type { ImageSet } from "../data/image-set.js";
import { findModel as findRegistered } from "../models/registry.js";
import { defaultThreads } from "../runtime/node-threads.js";
import type { DeviceOptions } from "../runtime/program.js";
import { latestCheckpoint } from "../training/checkpoint.js";
import { type DescribedRun, describeRun } from "../training/describe-run.js";
import {
  type AskedOptions,
  forGradients,
  type TrainingOptions,
  trainingOptions,
} from "../training/options.js";
import { planTraining } from "../training/plan.js";
import { readRun, resumeRun, runPaths, writeRun } from "../training/run-directory.js";
import type { RunRecord } from "../training/run-record.js";
import { withStage } from "../training/stages.js";
import type { TrainResult } from "../training/train.js";
import { changesOf } from "./changes.js";
import { type PlanOf, trainChosen } from "./choose-settings.js";
import { withDevice } from "./device.js";
import { openTrainingEvaluation } from "./evaluation/in-training.js";
import { loadDataOf } from "./run-data.js";
import { evaluationOptions, type Reporting } from "./train-run.js";

/** What a resumed run may change. */
export interface ResumeChoice {
  /**
   * A new budget or patience in place of the run's first one; a learning rate or a schedule, which begins
   * a new stage of the run: the schedule counts from here.
   */
  readonly training?: Pick<
    AskedOptions,
    "epochs" | "steps" | "minutes" | "patience" | "learningRate" | "schedule"
  >;
  /** Finds the definition of a model id; by default in the registry. */
  readonly findModel?: (id: string) => ModelDefinition;
}

export interface ResumeRunOptions extends ResumeChoice, Reporting, DeviceOptions {
  /** Images to train on; by default those that the run names. */
  readonly images?: ImageSet;
}

/** A run that can be resumed, before its images are loaded. */
export interface PreparedResume {
  readonly directory: string;
  /** As it was. */
  readonly before: RunRecord;
  /** With what was asked. */
  readonly record: RunRecord;
  readonly described: DescribedRun;
  readonly options: TrainingOptions;
  /** Steps done. */
  readonly step: number;
}

/**
 * Checks that a run can go on: it has the checkpoint that its record speaks of, which fits its model.
 *
 * @throws RunError when it is no run, or its checkpoints are gone, damaged or of another model
 * @throws ConfigError when what is asked does not go with the model
 */
export async function prepareResume(
  directory: string,
  { training: asked = {}, findModel = findRegistered }: ResumeChoice = {},
): Promise<PreparedResume> {
  const before = await readRun(directory);
  const described = describeRun(before, directory, findModel);
  const { checkpoint } = await latestCheckpoint(runPaths(directory).checkpoints);
  if (checkpoint === undefined && before.progress.step > 0) {
    throw new RunError(
      `the checkpoints of ${directory} are gone: its training had reached step ${before.progress.step}, and would ` +
        `start again from nothing. Put them back into ${runPaths(directory).checkpoints}; or begin again with the ` +
        "command that made the run and --overwrite, which deletes what is left of it, its best weights included",
    );
  }
  const { definition, model, traits } = described;
  if (checkpoint !== undefined) {
    weightsIn(checkpoint.tensors, model, traits, { source: checkpoint.path, others: "ignore" });
  }
  requireSameTerms(before.choice, asked);
  const { learningRate, schedule, ...budget } = asked;
  const training = withBudget(before.training, budget);
  const current = before.stages.at(-1);
  const lasting = current && { learningRate: current.learningRate, schedule: current.schedule };
  trainingOptions({ ...training, ...lasting, ...asked }, definition.training, definition.id);
  const options = trainingOptions(training, definition.training, definition.id);
  const step = checkpoint?.info.step ?? 0;
  const stages = forGradients(options) ? withStage(options, before.stages, step, asked) : [];
  const record = { ...before, training, stages };
  return { directory, before, record, described, options, step };
}

/** @throws ConfigError when some of the candidates of a choice would be fitted otherwise than the rest */
function requireSameTerms(choice: RunRecord["choice"], asked: object): void {
  if (choice === null || choice.chosen !== null) return;
  const changed = Object.entries(asked).find(([, value]) => value !== undefined);
  if (changed === undefined) return;
  throw new ConfigError(
    `the run is still choosing among ${choice.candidates.length} configurations, which are all fitted alike: resume it without ${changed[0]}`,
  );
}

/**
 * Resumes a run from its latest checkpoint.
 *
 * @throws RunError when it cannot be resumed, or another training holds it
 */
export async function resumeTraining(
  directory: string,
  options: ResumeRunOptions = {},
): Promise<TrainResult> {
  const prepared = await prepareResume(directory, options);
  const images = options.images ?? (await loadDataOf(prepared.described.data, "train"));
  return continueRun(prepared, images, options);
}

/** {@link resumeTraining} of a run that is prepared, on images that are loaded. */
export async function continueRun(
  { directory, before, record, described, options, step }: PreparedResume,
  images: ImageSet,
  choice: Pick<ResumeRunOptions, "training"> & Reporting & DeviceOptions,
): Promise<TrainResult> {
  const request = {
    definition: described.definition,
    config: described.config,
    data: described.data,
    parts: described.parts,
    options,
    asked: record.training,
    images,
  };
  const plan = planTraining({ ...request, stages: record.stages });
  const { learningRate, schedule } = choice.training ?? {};
  if ((learningRate ?? schedule) !== undefined && step >= plan.totalSteps) {
    throw new ConfigError(
      `${directory} has used up its budget of ${plan.totalSteps} steps: give it more with the new learning rate, such as --epochs or --steps`,
    );
  }
  for (const change of changesOf(plan, before, step)) choice.onWarning?.(change);
  const threads = Math.min(record.device.threads, defaultThreads());
  const asked = evaluationOptions({ threads, ...choice }, record.seed);
  const evaluation = await openTrainingEvaluation(plan, asked);
  try {
    return await withDevice({ threads, ...choice }, async (device) => {
      const run = await resumeRun(directory);
      try {
        if (run.record.progress.step !== before.progress.step) {
          throw new RunError(`${directory} has been trained meanwhile; resume it again`);
        }
        const { training, stages } = record;
        const resumed = { ...run, record: { ...run.record, training, stages } };
        await writeRun(run.paths, resumed.record);
        const planOf: PlanOf = (settings) => {
          const { definition, config } = described;
          const chosen = parseConfig(definition.config, { ...config, ...settings }, directory);
          return planTraining({ ...request, config: chosen });
        };
        const job = { ...choice, run: resumed, plan, device, evaluation };
        return await trainChosen(job, planOf, choice);
      } finally {
        run.lock.release();
      }
    });
  } finally {
    await evaluation?.close();
  }
}

const BUDGETS = ["epochs", "steps", "minutes"];

function withBudget<T extends object>(training: T, budget: ResumeRunOptions["training"] = {}): T {
  const given = Object.entries(budget).filter(([, value]) => value !== undefined);
  const budgeted = given.some(([key]) => BUDGETS.includes(key));
  const kept = Object.entries(training).filter(([key]) => !budgeted || !BUDGETS.includes(key));
  return Object.fromEntries([...kept, ...given]) as T;
}
