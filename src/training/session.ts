import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import type { ModelDefinition } from "../core/model.js";
import { batchPlan } from "../data/batch-plan.js";
import { binarise } from "../data/binarise.js";
import { type DataSpec, dataTraits } from "../data/data-spec.js";
import { type ImageSet, pixelsPerImage } from "../data/image-set.js";
import { validationSplit } from "../data/split.js";
import { parseSchedule } from "../nn/index.js";
import type { Device, GroupSpec, StateValues } from "../runtime/program.js";
import { paceMeter } from "./clock.js";
import { type Position, type Recorder, trainLoop } from "./loop.js";
import { optimizerNamed, type TrainingOptions } from "./options.js";
import type { Metrics } from "./trained.js";
import { createTrainer, type Trainer } from "./trainer.js";

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

/** What is trained, on what, and how. */
export interface SessionSetup {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly options: TrainingOptions;
  /** The train split as loaded, before validation images are held out and pixels binarised. */
  readonly images: ImageSet;
  readonly device: Device;
  readonly seed: number;
}

/** Where a session begins, what it tells, and what ends it. */
export interface SessionRun {
  readonly from: Position;
  readonly recorder: Recorder;
  /** Seconds of training so far, for a budget of minutes. */
  seconds(): number;
  /** Training finishes its step and returns. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** A model in training, wherever what it tells is kept. Trainer and viewer are the caller's to release. */
export interface Session {
  readonly trainer: Trainer;
  /** Has the trainer's weights whenever samples are drawn or validation images scored. */
  readonly viewer: LoadedModel;
  readonly stepsPerEpoch: number;
  /** Trains until the budget is used up. @returns whether it is */
  run(run: SessionRun): Promise<boolean>;
}

/**
 * Puts a model on a device to be trained.
 *
 * @param stored  gives everything that a checkpoint holds, by full name
 */
export async function openSession(
  { definition, config, data, options, images: all, device, seed }: SessionSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<Session> {
  const traits = dataTraits(data);
  const { train: images, validation } = divide(all, data);
  const plan = batchPlan({ count: images.count, batchSize: options.batchSize, seed });
  const totalSteps =
    options.steps ?? (options.epochs ?? Number.POSITIVE_INFINITY) * plan.stepsPerEpoch;
  const knownTotal = Number.isFinite(totalSteps) ? totalSteps : undefined;
  const model = definition.build(config, traits);
  const rule = {
    optimizer: optimizerNamed(options.optimizer),
    clipNorm: options.clipNorm,
    ema: options.ema,
  };
  const trainer = await createTrainer(
    { model, data: traits, device, rule, batchSize: options.batchSize, seed },
    stored,
  );
  const viewer = await loadModel(definition, config, traits, device, await trainer.weights());
  const schedule = parseSchedule(options.schedule);
  return {
    trainer,
    viewer,
    stepsPerEpoch: plan.stepsPerEpoch,
    async run({ from, recorder, seconds, signal, onProgress }) {
      const pace = paceMeter({ done: from.step, total: knownTotal });
      let epochImages = { epoch: -1, images };
      const timeIsUp = () => options.minutes !== undefined && seconds() >= options.minutes * 60;
      const { complete } = await trainLoop(
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
              : { images: binarise(validation, data.binarisation), seed },
          viewer,
          sampleEpochs: Math.max(1, Math.ceil((options.epochs ?? 10) / 10)),
          recorder,
          onStep(step, metrics) {
            const { perSecond, secondsLeft } = pace.update(step);
            onProgress?.({
              step,
              totalSteps: knownTotal,
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
      return complete || timeIsUp();
    },
  };
}

function divide(images: ImageSet, { validation }: DataSpec) {
  if (validation === null) return { train: images, validation: undefined };
  return validationSplit(images, validation.fraction, validation.seed);
}
