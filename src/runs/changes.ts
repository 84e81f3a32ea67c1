import { readsProgress } from "../core/state.js";
import { forGradients, trainingOptions } from "../training/options.js";
import { batchesOf, type TrainingPlan, totalStepsOf } from "../training/plan.js";
import type { RunRecord } from "../training/run-record.js";
import { learningRates } from "../training/stages.js";

/** Rates that differ by less are one rate, computed in two ways. */
const SAME = 1e-9;

/**
 * What is different about a training by gradients from here on, for the user: a schedule and a loss that
 * depend on the length of the training jump when it gets another one.
 *
 * @param before  the run as it was
 * @param step    steps done
 */
export function changesOf(plan: TrainingPlan, before: RunRecord, step: number): string[] {
  const { definition, options, model, traits, stages, totalSteps } = plan;
  if (step === 0 || step >= totalSteps || !forGradients(options)) return [];
  const old = trainingOptions(before.training, definition.training, definition.id);
  if (!forGradients(old)) return [];
  const planned = totalStepsOf(old, batchesOf(plan, options.batchSize, 0).stepsPerEpoch);
  const rateBefore = learningRates(old, before.stages, planned);
  const rate = learningRates(options, stages, totalSteps);
  const changes: string[] = [];
  if (Math.abs(rate(step) - rateBefore(step)) > SAME * rate(step)) {
    const { schedule } = stages.at(-1) ?? options;
    const why =
      stages.length > before.stages.length
        ? `a new stage, with the schedule ${schedule}`
        : `the schedule ${schedule} now ends at step ${totalSteps}, not at ${planned}`;
    changes.push(
      `from step ${step + 1} on the learning rate is ${brief(rate(step))}, after ${brief(rateBefore(step - 1))}: ${why}`,
    );
  }
  if (planned !== totalSteps && readsProgress(model, traits)) {
    changes.push(
      `${definition.id} changes over its training, of which ${share(step, planned)} was done and now is ${share(step, totalSteps)}`,
    );
  }
  return changes;
}

const brief = (rate: number) => String(Number(rate.toPrecision(3)));
const share = (step: number, total: number) =>
  `${Math.round((100 * Math.min(step, total)) / total)} %`;
