import { sample } from "../core/capabilities/sample.js";
import { score } from "../core/capabilities/score.js";
import { TrainingError } from "../core/errors.js";
import type { Images, ImageSource, LoadedModel } from "../core/loaded-model.js";
import type { BatchPlan } from "../data/batch-plan.js";
import type { StateValues } from "../runtime/program.js";
import type { Metrics, Trainer } from "./trainer.js";

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

/** One line of the record of a run: means since the line before, under their names. */
export type MetricsLine = { readonly step: number; readonly epoch: number } & Metrics;

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
    const pixels = await next;
    if (step + 1 < totalSteps) next = readBatch(setup, step + 1);
    const metrics = await trainer.step(pixels, step, setup.learningRate(step));
    setup.onStep?.(step + 1, metrics);
    position = { ...position, step: step + 1, window: accumulate(position.window, metrics) };
    const epochEnds = (step + 1) % plan.stepsPerEpoch === 0;
    if (!epochEnds && (step + 1) % plan.stepsPerEpoch % lineEvery !== 0) continue;
    const line: Record<string, number> = means(position.window);
    position = { ...position, window: START.window };
    if (epochEnds || step + 1 === totalSteps) {
      const validated = await validate(setup, step + 1, position.best?.value);
      Object.assign(line, validated.metrics);
      if (validated.best !== undefined) {
        position = { ...position, best: validated.best };
        improved = await trainer.weights();
      }
    }
    const learningRate = setup.learningRate(step);
    await recorder.metrics({ step: step + 1, epoch: plan.epoch(step) + 1, ...line, learningRate });
    if (epochEnds) await recorder.epoch(state(), false);
  }
  next.catch(() => undefined);
  await recorder.epoch(state(), true);
  return { position, complete: position.step >= totalSteps };
}

async function readBatch(setup: LoopSetup, step: number): Promise<Float32Array> {
  const { plan, pixelsPerImage } = setup;
  const pixels = new Float32Array(plan.batchSize * pixelsPerImage);
  await setup.imagesOf(plan.epoch(step)).read(plan.indices(step), pixels);
  return pixels;
}

function accumulate({ count, sums }: Position["window"], metrics: Metrics): Position["window"] {
  const added = Object.entries(metrics).map(([name, value]) => [name, (sums[name] ?? 0) + value]);
  return { count: count + 1, sums: Object.fromEntries(added) };
}

function means({ count, sums }: Position["window"]): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
}

interface Validated {
  readonly metrics: Metrics;
  readonly best?: { readonly step: number; readonly value: number };
}

/** Shows the trainer's weights to the viewer: the validation loss, and pictures when it is time. */
async function validate(
  setup: LoopSetup,
  step: number,
  lowest = Number.POSITIVE_INFINITY,
): Promise<Validated> {
  const { trainer, viewer, validation, plan, recorder, sampleEpochs, totalSteps } = setup;
  const epoch = step / plan.stepsPerEpoch;
  const showing =
    viewer.model.capabilities.sample !== undefined &&
    (step === totalSteps || epoch % sampleEpochs === 0);
  if (validation === undefined && !showing) return { metrics: {} };
  await viewer.state.write(await trainer.weights());
  if (showing) await recorder.samples(step, await sample(viewer, { count: PICTURES }));
  if (validation === undefined) return { metrics: {} };
  const { value } = await score(viewer, validation.images, { seed: validation.seed });
  if (!Number.isFinite(value)) {
    throw new TrainingError(`the validation loss after step ${step} is ${value}`);
  }
  const metrics = { "validation.nllNats": value };
  return value < lowest ? { metrics, best: { step, value } } : { metrics };
}
