import { join } from "node:path";
import { parseConfig } from "../core/config.js";
import { RunError, TrainingError } from "../core/errors.js";
import { loadModel } from "../core/loaded-model.js";
import type { ModelDefinition } from "../core/model.js";
import { batchPlan } from "../data/batch-plan.js";
import { binarise } from "../data/binarise.js";
import { type DataSpec, dataTraits, parseDataSpec } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { pixelsPerImage } from "../data/image-set.js";
import { validationSplit } from "../data/split.js";
import { parseSchedule } from "../nn/index.js";
import type { Device } from "../runtime/program.js";
import { type Checkpoint, latestCheckpoint } from "./checkpoint.js";
import { valuesOf } from "./checkpoint-file.js";
import { paceMeter, systemClock } from "./clock.js";
import type { JsonObject } from "./json-document.js";
import { type Position, START, trainLoop } from "./loop.js";
import { optimizerNamed, type TrainingOptions, trainingOptions } from "./options.js";
import type { OpenRun } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";
import { runRecorder } from "./run-recorder.js";
import { createTrainer, type Metrics } from "./trainer.js";
import { versions } from "./versions.js";

/** What is said while training goes on. */
export interface TrainingProgress {
  /** Steps done, all sessions together. */
  readonly step: number;
  /** Unknown where minutes decide. */
  readonly totalSteps: number | undefined;
  /** The epoch that the step belongs to, from 1. */
  readonly epoch: number;
  readonly metrics: Metrics;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

/** A run that is locked, and what it needs to be trained from where it stands. */
export interface TrainRequest {
  readonly run: OpenRun;
  readonly definition: ModelDefinition;
  /** The train split as loaded, before validation images are held out and pixels binarised. */
  readonly images: ImageSet;
  readonly device: Device;
  /** Also writes event files that TensorBoard reads. */
  readonly tensorboard?: boolean;
  /** Training finishes its step, keeps its state and returns. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onWarning?: (message: string) => void;
}

export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly record: RunRecord;
}

/** What a new run is made of. */
export interface NewRun {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly training: TrainingOptions;
  readonly seed: number;
  readonly device: Device;
}

/** The record of a run that has not begun. */
export function newRecord({ definition, config, data, training, seed, device }: NewRun): RunRecord {
  return {
    model: definition.id,
    config: toJson(config),
    data: toJson(data),
    training: toJson(training),
    seed,
    versions: { ...versions() },
    device: { kind: device.kind, threads: device.threads },
    progress: { step: 0, epoch: 0, seconds: 0, best: null },
    status: "running",
  };
}

const toJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/**
 * Trains a run from its latest checkpoint, or from the start where it has none, until its budget is
 * used up. Interrupted anywhere and called again, it ends bit for bit where it would have ended.
 *
 * @throws TrainingError when a loss is not finite; the last checkpoint is intact
 * @throws RunError when the run cannot be read or written
 */
export async function train(request: TrainRequest): Promise<TrainResult> {
  const { run, definition, device, signal } = request;
  const { record } = run;
  const data = parseDataSpec(record.data);
  const config = parseConfig(definition.config, record.config, definition.id);
  const options = trainingOptions(record.training, definition.training);
  const traits = dataTraits(data);
  const { train: images, validation } = divide(request.images, data);
  const plan = batchPlan({ count: images.count, batchSize: options.batchSize, seed: record.seed });
  const totalSteps =
    options.steps ?? (options.epochs ?? Number.POSITIVE_INFINITY) * plan.stepsPerEpoch;

  const { checkpoint, warnings } = await latestCheckpoint(run.paths.checkpoints);
  for (const warning of warnings) request.onWarning?.(warning);
  const model = definition.build(config, traits);
  const rule = {
    optimizer: optimizerNamed(options.optimizer),
    clipNorm: options.clipNorm,
    ema: options.ema,
  };
  const trainer = await createTrainer(
    { model, data: traits, device, rule, batchSize: options.batchSize, seed: record.seed },
    checkpoint && ((groups) => valuesOf(checkpoint.tensors, groups, { source: checkpoint.path })),
  );
  const viewer = await loadModel(definition, config, traits, device, await trainer.weights());
  const from = positionOf(checkpoint);
  const pace = paceMeter({
    done: from.step,
    total: Number.isFinite(totalSteps) ? totalSteps : undefined,
  });
  const secondsBefore = checkpoint === undefined ? 0 : record.progress.seconds;
  const begun = systemClock.seconds();
  const seconds = () => secondsBefore + systemClock.seconds() - begun;
  const recorder = await runRecorder({
    run,
    trainer,
    options,
    from,
    stepsPerEpoch: plan.stepsPerEpoch,
    seconds,
    tensorboard: request.tensorboard ?? false,
  });
  const schedule = parseSchedule(options.schedule);
  const sampleEpochs = Math.max(1, Math.ceil((options.epochs ?? 10) / 10));
  let epochImages = { epoch: -1, images };
  const timeIsUp = () => options.minutes !== undefined && seconds() >= options.minutes * 60;
  try {
    const outcome = await trainLoop(
      {
        trainer,
        plan,
        pixelsPerImage: pixelsPerImage(images),
        imagesOf(epoch) {
          if (epochImages.epoch !== epoch) {
            epochImages = { epoch, images: binarise(images, data.binarisation, epoch) };
          }
          return epochImages.images;
        },
        learningRate: (step) => options.learningRate * schedule(step + 1, totalSteps),
        totalSteps,
        validation:
          validation === undefined || model.capabilities.score === undefined
            ? undefined
            : { images: binarise(validation, data.binarisation), seed: record.seed },
        viewer,
        sampleEpochs,
        recorder,
        onStep(step, metrics) {
          const { perSecond, secondsLeft } = pace.update(step);
          request.onProgress?.({
            step,
            totalSteps: Number.isFinite(totalSteps) ? totalSteps : undefined,
            epoch: plan.epoch(step - 1) + 1,
            metrics,
            imagesPerSecond: perSecond * plan.batchSize,
            secondsLeft:
              options.minutes === undefined
                ? secondsLeft
                : Math.max(0, options.minutes * 60 - seconds()),
          });
        },
        shouldStop: () => signal?.aborted === true || timeIsUp(),
      },
      from,
    );
    const finished = outcome.complete || timeIsUp();
    const status = finished ? "finished" : "interrupted";
    return { status, record: await recorder.close(status) };
  } catch (error) {
    await recorder.close("failed").catch(() => undefined);
    if (error instanceof TrainingError) throw await withRemedy(error, run);
    throw error;
  } finally {
    await viewer.release();
    await trainer.release();
  }
}

function divide(images: ImageSet, { validation }: DataSpec) {
  if (validation === null) return { train: images, validation: undefined };
  return validationSplit(images, validation.fraction, validation.seed);
}

/** Where a checkpoint stands. @throws RunError when it lacks what the loop needs */
function positionOf(checkpoint: Checkpoint | undefined): Position {
  if (checkpoint === undefined) return START;
  const { position } = checkpoint.info.extra as { position?: Position };
  if (position === undefined || position.step !== checkpoint.info.step) {
    throw new RunError(`${checkpoint.path} does not say where its training stood`);
  }
  return position;
}

async function withRemedy(error: TrainingError, { paths }: OpenRun): Promise<TrainingError> {
  const { checkpoint } = await latestCheckpoint(paths.checkpoints);
  const kept =
    checkpoint === undefined
      ? "no checkpoint had been written yet"
      : `the last good checkpoint, of step ${checkpoint.info.step}, is intact in ${join(paths.checkpoints)}`;
  return new TrainingError(`${error.message}; ${kept}`);
}
