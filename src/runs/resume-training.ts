import { availableParallelism } from "node:os";
import type { ModelDefinition } from "../core/model.js";
import { parseDataSpec } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { findModel as findRegistered } from "../models/registry.js";
import type { DeviceOptions } from "../runtime/program.js";
import { describeRun } from "../training/load-run.js";
import { type AskedOptions, trainingOptions } from "../training/options.js";
import { planTraining } from "../training/plan.js";
import { readRun, resumeRun, writeRun } from "../training/run-directory.js";
import { type TrainResult, train } from "../training/train.js";
import { withDevice } from "./device.js";
import { loadDataOf } from "./run-data.js";
import type { Reporting } from "./train-run.js";

export interface ResumeRunOptions extends Reporting, DeviceOptions {
  /** A new budget or patience, in place of the run's first one. */
  readonly training?: Pick<AskedOptions, "epochs" | "steps" | "minutes" | "patience">;
  /** Finds the definition of a model id; by default in the registry. */
  readonly findModel?: (id: string) => ModelDefinition;
  /** Images to train on; by default those that the run names. */
  readonly images?: ImageSet;
}

/**
 * Resumes a run from its latest checkpoint.
 *
 * @throws RunError when it is not a run, or another training holds it
 */
export async function resumeTraining(
  directory: string,
  options: ResumeRunOptions = {},
): Promise<TrainResult> {
  const { findModel = findRegistered } = options;
  const record = await readRun(directory);
  const { definition, config, data, parts } = describeRun(record, directory, findModel);
  const images = options.images ?? (await loadDataOf(parseDataSpec(record.data), "train"));
  const training = withBudget(record.training, options.training);
  const plan = planTraining({
    definition,
    config,
    data,
    options: trainingOptions(training, definition.training, definition.id),
    asked: training,
    images,
    parts,
  });
  const threads = Math.min(record.device.threads, availableParallelism());
  return withDevice({ threads, ...options }, async (device) => {
    const run = await resumeRun(directory);
    try {
      const resumed = { ...run, record: { ...run.record, training } };
      await writeRun(run.paths, resumed.record);
      return await train({ ...options, run: resumed, plan, device });
    } finally {
      run.lock.release();
    }
  });
}

const BUDGETS = ["epochs", "steps", "minutes"];

function withBudget<T extends object>(training: T, budget: ResumeRunOptions["training"] = {}): T {
  const given = Object.entries(budget).filter(([, value]) => value !== undefined);
  const budgeted = given.some(([key]) => BUDGETS.includes(key));
  const kept = Object.entries(training).filter(([key]) => !budgeted || !BUDGETS.includes(key));
  return Object.fromEntries([...kept, ...given]) as T;
}
