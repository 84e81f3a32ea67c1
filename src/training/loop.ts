import { sample } from "../core/capabilities/sample.js";
import { score } from "../core/capabilities/score.js";
import { TrainingError } from "../core/errors.js";
import type { ImageSource, Images, LoadedModel } from "../core/loaded-model.js";
import type { BatchPlan } from "../data/batch-plan.js";
import type { StateValues } from "../runtime/program.js";
import type { MetricsLine } from "./metrics-log.js";
import type { Metrics } from "./trained.js";
import type { Trainer, TrainingBatch } from "./trainer.js";

/** What the loop keeps between steps besides the trainer's state; JSON, and part of a checkpoint. */
export interface Position {
  /** Batches done. */
  readonly step: number;
  /** Sums since the last line of metrics. */
  readonly window: { readonly count: number; readonly sums: Metrics };
  /** The lowest validation loss so far. */
  readonly best?: { readonly step: number; readonly value: number };
}

export const START: Position = { step: 0, window: { count: 0, sums: {} } };

/** Where the loop puts what it finds out. The loop itself opens no file. */
export interface Recorder {
  metrics(line: MetricsLine): Promise<void>;
  /** Images drawn with the same noise every time, so that one sees them grow. */
  samples(step: number, images: Images): Promise<void>;
  /** Called after each epoch and at the end; `final` asks for the state to be kept in any case. */
  epoch(state: LoopState, final: boolean): Promise<void>;
}

/** What a recorder may keep of a moment between two steps. */
export interface LoopState {
  readonly position: Position;
  /** Weights of the lowest validation loss, when it was reached since they were last asked for. */
  takeBest(): StateValues | undefined;
}

export interface LoopSetup {
  readonly trainer: Trainer;
  readonly plan: BatchPlan;
  /** The training images as epoch `epoch` sees them. */
  imagesOf(epoch: number): ImageSource;
  readonly pixelsPerImage: number;
  /** Learning rate of the update `step` (from 0). */
  learningRate(step: number): number;
  /** Steps at which training is complete; infinite where a time limit ends it. */
  readonly totalSteps: number;
  /** Images held out, and a model to score them with; without them no weights are called best. */
  readonly validation?: { readonly images: ImageSource; readonly seed: number } | undefined;
  /** Draws samples and scores; its weights are replaced by the trainer's. */
  readonly viewer: LoadedModel;
  /** Epochs between pictures. */
  readonly sampleEpochs: number;
  readonly recorder: Recorder;
  onStep?(step: number, metrics: Metrics): void;
  /** Asked between steps: true ends the loop, leaving a state to resume from. */
  shouldStop(): boolean;
}

const LINES_PER_EPOCH = 10;
const PICTURES = 64;

/**
 * The one training loop, for every model: it shuffles, steps, averages, validates and reports.
 *
 * @param from  where to begin: {@link START}, or the position in a checkpoint
 * @returns     the position reached, and whether training is complete
 * @throws TrainingError when a loss is not finite
 */
export async function trainLoop(
  setup: LoopSetup,
  from: Position,
): Promise<{ position: Position; complete: boolean }> {
  const { trainer, plan, totalSteps, recorder } = setup;
  const lineEvery = Math.max(1, Math.ceil(plan.stepsPerEpoch / LINES_PER_EPOCH));
  let position = from;
  let improved: StateValues | undefined;
  const state = (): LoopState => ({
    position,
    takeBest() {
      const weights = improved;
      improved = undefined;
      return weights;
    },
  });
  let next = readBatch(setup, position.step);
  while (position.step < totalSteps && !setup.shouldStop()) {
    const { step } = position;
    const batch = await next;
    if (step + 1 < totalSteps) next = readBatch(setup, step + 1);
    const measured = await trainer.step(batch, step, setup.learningRate(step));
    setup.onStep?.(step + 1, measured);
    position = { ...position, step: step + 1, window: accumulate(position.window, measured) };
    const epochEnds = (step + 1) % plan.stepsPerEpoch === 0;
    if (!epochEnds && ((step + 1) % plan.stepsPerEpoch) % lineEvery !== 0) continue;
    const at = { step: step + 1, epoch: plan.epoch(step) + 1 };
    const metrics = { ...means(position.window), learningRate: setup.learningRate(step) };
    await recorder.metrics({ ...at, split: "train", metrics });
    position = { ...position, window: START.window };
    if (epochEnds || step + 1 === totalSteps) {
      const nllNats = await view(setup, step + 1);
      if (nllNats !== undefined) {
        await recorder.metrics({ ...at, split: "validation", metrics: { nllNats } });
        if (nllNats < (position.best?.value ?? Number.POSITIVE_INFINITY)) {
          position = { ...position, best: { step: step + 1, value: nllNats } };
          improved = await trainer.weights();
        }
      }
    }
    if (epochEnds) await recorder.epoch(state(), false);
  }
  next.catch(() => undefined);
  await recorder.epoch(state(), true);
  return { position, complete: position.step >= totalSteps };
}

async function readBatch(setup: LoopSetup, step: number): Promise<TrainingBatch> {
  const { plan, pixelsPerImage } = setup;
  const pixelsUnit = new Float32Array(plan.batchSize * pixelsPerImage);
  const images = setup.imagesOf(plan.epoch(step));
  const indices = plan.indices(step);
  await images.read(indices, pixelsUnit);
  const { labels } = images;
  return { pixelsUnit, labels: labels && Int32Array.from(indices, (index) => labels[index]) };
}

function accumulate({ count, sums }: Position["window"], metrics: Metrics): Position["window"] {
  const added = Object.entries(metrics).map(([name, value]) => [name, (sums[name] ?? 0) + value]);
  return { count: count + 1, sums: Object.fromEntries(added) };
}

function means({ count, sums }: Position["window"]): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}

/**
 * Shows the trainer's weights to the viewer: pictures when it is time, then the validation loss.
 *
 * @returns nats an image, or undefined without validation
 */
async function view(setup: LoopSetup, step: number): Promise<number | undefined> {
  const { trainer, viewer, validation, plan, recorder, sampleEpochs, totalSteps } = setup;
  const pictures =
    viewer.model.capabilities.sample !== undefined &&
    (step === totalSteps || (step / plan.stepsPerEpoch) % sampleEpochs === 0);
  if (validation === undefined && !pictures) return undefined;
  await viewer.write(await trainer.weights());
  if (pictures) await recorder.samples(step, await sample(viewer, { count: PICTURES }));
  if (validation === undefined) return undefined;
  const { value } = await score(viewer, validation.images, {
    seed: validation.seed,
    preview: true,
  });
  if (Number.isFinite(value)) return value;
  throw new TrainingError(`the validation loss after step ${step} is ${value}`);
}
