import { bestCandidate, type Candidate, type Choice, type Criterion } from "../training/choice.js";
import { fitCandidate } from "../training/fit-candidate.js";
import { toJson } from "../training/json-document.js";
import type { TrainingPlan } from "../training/plan.js";
import { type LockedRun, writeRun } from "../training/run-directory.js";
import type { RunRecord } from "../training/run-record.js";
import { type TrainJob, type TrainResult, train } from "../training/train.js";

/** What watches the fits to choose among. */
export interface ChoiceReporting {
  /** Receives each candidate once it has been fitted. */
  readonly onCandidate?: (candidate: Candidate, by: Criterion) => void;
}

/** The plan of training with a candidate's settings. */
export type PlanOf = (settings: Candidate["settings"]) => TrainingPlan;

/**
 * Trains a run. Where its settings are still to be chosen, it first fits every candidate that has not been
 * fitted yet, recording each, and gives the run the configuration of the best one.
 *
 * @throws TrainingError when no candidate can be fitted
 */
export async function trainChosen(
  job: TrainJob,
  planOf: PlanOf,
  reporting: ChoiceReporting,
): Promise<TrainResult> {
  const { choice } = job.run.record;
  if (choice === null || choice.chosen !== null) return train(job);
  const { run, plan } = await chosen(job, choice, planOf, reporting);
  if (plan === undefined) return { status: "interrupted", record: run.record };
  return train({ ...job, run, plan });
}

async function chosen(
  { run: locked, device, signal, onProgress }: TrainJob,
  choice: Choice,
  planOf: PlanOf,
  { onCandidate }: ChoiceReporting,
): Promise<{ readonly run: LockedRun; readonly plan: TrainingPlan | undefined }> {
  let run = locked;
  const record = async (changes: Partial<RunRecord>) => {
    run = { ...run, record: { ...run.record, ...changes } };
    await writeRun(run.paths, run.record);
  };
  const candidates = [...choice.candidates];
  try {
    for (const [at, candidate] of candidates.entries()) {
      if (candidate.fitted !== undefined) continue;
      const plan = planOf(candidate.settings);
      const watch = { signal, ...(onProgress && { onProgress }) };
      const fitted = await fitCandidate(plan, device, run.record.seed, watch);
      if (fitted === undefined) {
        await record({ status: "interrupted" });
        return { run, plan: undefined };
      }
      candidates[at] = { ...candidate, fitted };
      await record({ choice: { ...choice, candidates: [...candidates] } });
      onCandidate?.(candidates[at], choice.by);
    }
    const best = bestCandidate({ ...choice, candidates });
    const plan = planOf(candidates[best].settings);
    await record({ config: toJson(plan.config), choice: { ...choice, candidates, chosen: best } });
    return { run, plan };
  } catch (error) {
    await record({ status: "failed" }).catch(() => undefined);
    throw error;
  }
}

/** A choice of which nothing is fitted yet. */
export const openChoice = (
  by: Criterion,
  settings: readonly Readonly<Record<string, unknown>>[],
): Choice => ({
  by,
  candidates: settings.map((each) => ({ settings: toJson(each) })),
  chosen: null,
});
