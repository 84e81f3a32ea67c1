import type { ImageReader } from "../core/capabilities/batches.js";
import type { BatchPlan } from "../data/batch-plan.js";
import type { GradientTrainer, TrainingBatch } from "./gradient-trainer.js";
import { type InspectionSetup, inspection } from "./inspection.js";
import { withoutBetter } from "./patience.js";
import { type LoopState, type Position, START } from "./recorder.js";
import type { Metrics } from "./trainer.js";

export interface GradientLoopSetup extends InspectionSetup {
  readonly trainer: GradientTrainer;
  readonly plan: BatchPlan;
  /** The reader of training images for epoch `epoch`. */
  readerOf(epoch: number): ImageReader;
  /** Learning rate of the update `step` (from 0). */
  learningRate(step: number): number;
  /** Steps of the whole training; infinite where a time limit ends it. */
  readonly totalSteps: number;
  /** Epochs without a better validation after which training is complete. */
  readonly patience?: number | undefined;
  /** Awaited before each step. */
  beforeStep?(step: number): void | Promise<void>;
  onStep?(step: number, metrics: Metrics): void;
  /** Receives each warning of the model's own diagnosis once. */
  onWarning?(message: string): void;
  /** Checked between steps: true ends the loop with a state to resume from. */
  isInterrupted(): boolean;
  /** Checked after each step: true makes it the last. */
  timeIsUp(): boolean;
}

const LINES_PER_EPOCH = 10;

/**
 * The one loop for training by gradients: it shuffles, steps, averages, validates and reports.
 *
 * @param from  where to start: {@link START}, or the position of a checkpoint
 * @returns     the position reached, and whether training is complete
 * @throws TrainingError when a loss is not finite
 */
export async function gradientLoop(
  setup: GradientLoopSetup,
  from: Position,
): Promise<{ position: Position; complete: boolean }> {
  const { trainer, plan, totalSteps, recorder, patience } = setup;
  const lineEvery = Math.max(1, Math.ceil(plan.stepsPerEpoch / LINES_PER_EPOCH));
  const { look, takeBest } = inspection(setup);
  const diagnose = diagnosis(setup);
  let position = from;
  const impatient = () => patience !== undefined && epochsWithoutBetter(plan, position) >= patience;
  const state = (): LoopState => ({
    position,
    outcome: impatient() ? `ended early: ${withoutBetter(patience)}` : undefined,
    takeBest,
  });
  let next = owned(readBatch(setup, position.step));
  let timeIsUp = setup.timeIsUp();
  while (position.step < totalSteps && !impatient() && !timeIsUp && !setup.isInterrupted()) {
    const { step } = position;
    await setup.beforeStep?.(step);
    if (setup.isInterrupted()) break;
    const batch = await next;
    if (step + 1 < totalSteps) next = owned(readBatch(setup, step + 1));
    const measured = await trainer.step(batch, step, setup.learningRate(step));
    setup.onStep?.(step + 1, measured);
    position = { ...position, step: step + 1, window: accumulate(position.window, measured) };
    const epochEnds = (step + 1) % plan.stepsPerEpoch === 0;
    timeIsUp = setup.timeIsUp();
    const last = step + 1 === totalSteps || timeIsUp;
    if (!epochEnds && !last && ((step + 1) % plan.stepsPerEpoch) % lineEvery !== 0) continue;
    const epoch = plan.epoch(step) + 1;
    const metrics = { ...means(position.window), learningRate: setup.learningRate(step) };
    await recorder.metrics({ step: step + 1, epoch, split: "train", metrics });
    diagnose(metrics, step + 1);
    position = { ...position, window: START.window };
    if (epochEnds || last) {
      ({ position } = await look(position, { epoch, last }));
    }
    // The state after the last step is always kept below.
    if (!last) await recorder.keep(state(), false);
  }
  await recorder.keep(state(), true);
  return { position, complete: position.step >= totalSteps || impatient() };
}

/** Passes on what a model says about its metrics, each sentence once. */
function diagnosis({ viewer, onWarning }: GradientLoopSetup) {
  const told = new Set<string>();
  return (metrics: Metrics, step: number): void => {
    for (const warning of viewer.model.diagnose?.(metrics, step) ?? []) {
      if (told.has(warning)) continue;
      told.add(warning);
      onWarning?.(warning);
    }
  };
}

/** Whole epochs since the best validation. */
const epochsWithoutBetter = ({ stepsPerEpoch }: BatchPlan, { step, best }: Position): number =>
  Math.floor((step - (best?.step ?? 0)) / stepsPerEpoch);

/** Marks a promise's rejection as handled; whoever awaits the promise still gets it. */
function owned<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function readBatch(setup: GradientLoopSetup, step: number): Promise<TrainingBatch> {
  const { plan } = setup;
  return setup.readerOf(plan.epoch(step))(plan.indices(step));
}

function accumulate({ counts, sums }: Position["window"], metrics: Metrics): Position["window"] {
  const added = (to: Metrics, amount: (value: number) => number) => ({
    ...to,
    ...Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, (to[name] ?? 0) + amount(value)]),
    ),
  });
  return { counts: added(counts, () => 1), sums: added(sums, (value) => value) };
}

/** The mean of each metric over the batches whose steps reported it. */
function means({ counts, sums }: Position["window"]): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / counts[name]]));
}
