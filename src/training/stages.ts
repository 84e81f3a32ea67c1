import { z } from "zod";
import { parseSchedule } from "../nn/index.js";
import type { GradientOptions } from "./options.js";

/** How a run is trained from some step on, where that was changed as it was resumed. */
export const stageSchema = z.strictObject({
  /** Steps that were done before. */
  step: z.int().min(0),
  learningRate: z.number().positive(),
  /** Over the updates from this step on. */
  schedule: z.string(),
});

export type Stage = z.output<typeof stageSchema>;

/**
 * The learning rate of each update.
 *
 * @param stages      in the order of their steps
 * @param totalSteps  of the whole training; infinite where a time limit ends it
 * @returns           the rate of the update `step`, from 0
 * @throws FigmentError when a schedule is not understood
 */
export function learningRates(
  options: Pick<GradientOptions, "learningRate" | "schedule">,
  stages: readonly Stage[],
  totalSteps: number,
): (step: number) => number {
  const all = [{ step: 0, ...options }, ...stages].map(({ step, learningRate, schedule }) => ({
    from: step,
    learningRate,
    factor: parseSchedule(schedule),
  }));
  return (step) => {
    const { from, learningRate, factor } =
      all.filter((stage) => stage.from <= step).at(-1) ?? all[0];
    return learningRate * factor(step - from + 1, totalSteps - from);
  };
}

/**
 * The stages of a run that is trained differently from now on. A stage that had not been reached, as the
 * checkpoints of its steps are gone, begins here.
 *
 * @param step   steps done
 * @param asked  what is to change, if anything
 */
export function withStage(
  { learningRate, schedule }: Pick<GradientOptions, "learningRate" | "schedule">,
  stages: readonly Stage[],
  step: number,
  asked: Partial<Pick<GradientOptions, "learningRate" | "schedule">>,
): Stage[] {
  const moved = stages.map((stage) => ({ ...stage, step: Math.min(stage.step, step) }));
  if (asked.learningRate === undefined && asked.schedule === undefined) return moved;
  const current = moved.at(-1) ?? { learningRate, schedule };
  return [
    ...moved.filter((stage) => stage.step < step),
    {
      step,
      learningRate: asked.learningRate ?? current.learningRate,
      schedule: asked.schedule ?? current.schedule,
    },
  ];
}
