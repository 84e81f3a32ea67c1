import { gatherAnnotations } from "../core/annotations.js";
import type { ImageSource } from "../core/images.js";
import type { BatchPlan } from "../data/batch-plan.js";
import { type InspectionSetup, inspection } from "./inspection.js";
import { type LoopState, type Position, START } from "./recorder.js";
import type { Metrics } from "./trained.js";
import type { Trainer, TrainingBatch } from "./trainer.js";

export interface LoopSetup extends InspectionSetup {
  readonly trained: Trainer;
  readonly plan: BatchPlan;
  /** The training images as epoch `epoch` sees them. */
  imagesOf(epoch: number): ImageSource;
  readonly pixelsPerImage: number;
  /** Learning rate of the update `step` (from 0). */
  learningRate(step: number): number;
  /** Steps at which training is complete; infinite where a time limit ends it. */
  readonly totalSteps: number;
  /** Epochs between pictures. */
  readonly picturesEvery: number;
  onStep?(step: number, metrics: Metrics): void;
  /** Asked between steps: true ends the loop, leaving a state to resume from. */
  shouldStop(): boolean;
}

const LINES_PER_EPOCH = 10;

/**
 * The one loop for training by gradients: it shuffles, steps, averages, validates and reports.
 *
 * @param from  where to begin: {@link START}, or the position in a checkpoint
 * @returns     the position reached, and whether training is complete
 * @throws TrainingError when a loss is not finite
 */
export async function trainLoop(
  setup: LoopSetup,
  from: Position,
): Promise<{ position: Position; complete: boolean }> {
  const { trained, plan, totalSteps, recorder, picturesEvery } = setup;
  const lineEvery = Math.max(1, Math.ceil(plan.stepsPerEpoch / LINES_PER_EPOCH));
  const { look, takeBest } = inspection(setup);
  let position = from;
  const state = (): LoopState => ({ position, takeBest });
  let next = readBatch(setup, position.step);
  while (position.step < totalSteps && !setup.shouldStop()) {
    const { step } = position;
    const batch = await next;
    if (step + 1 < totalSteps) next = readBatch(setup, step + 1);
    const measured = await trained.step(batch, step, setup.learningRate(step));
    setup.onStep?.(step + 1, measured);
    position = { ...position, step: step + 1, window: accumulate(position.window, measured) };
    const epochEnds = (step + 1) % plan.stepsPerEpoch === 0;
    const last = step + 1 === totalSteps;
    if (!epochEnds && !last && ((step + 1) % plan.stepsPerEpoch) % lineEvery !== 0) continue;
    const epoch = plan.epoch(step) + 1;
    const metrics = { ...means(position.window), learningRate: setup.learningRate(step) };
    await recorder.metrics({ step: step + 1, epoch, split: "train", metrics });
    position = { ...position, window: START.window };
    if (epochEnds || last) {
      position = await look(position, { epoch, pictures: last || epoch % picturesEvery === 0 });
    }
    // The state after the last step is kept below, in any case.
    if (!last) await recorder.keep(state(), false);
  }
  next.catch(() => undefined);
  await recorder.keep(state(), true);
  return { position, complete: position.step >= totalSteps };
}

async function readBatch(setup: LoopSetup, step: number): Promise<TrainingBatch> {
  const { plan, pixelsPerImage } = setup;
  const pixelsUnit = new Float32Array(plan.batchSize * pixelsPerImage);
  const images = setup.imagesOf(plan.epoch(step));
  const indices = plan.indices(step);
  await images.read(indices, pixelsUnit);
  return { pixelsUnit, annotations: gatherAnnotations(images.annotations ?? {}, indices) };
}

function accumulate({ count, sums }: Position["window"], metrics: Metrics): Position["window"] {
  const added = Object.entries(metrics).map(([name, value]) => [name, (sums[name] ?? 0) + value]);
  return { count: count + 1, sums: Object.fromEntries(added) };
}

function means({ count, sums }: Position["window"]): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}
