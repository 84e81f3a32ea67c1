import { pixelsPerImage } from "../core/batch.js";
import type { Fit } from "../core/fit.js";
import type { ImageSource } from "../core/images.js";
import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import type { Model } from "../core/model.js";
import { batchPlan } from "../data/batch-plan.js";
import { binarise } from "../data/binarise.js";
import { dataTraits } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { parseSchedule } from "../nn/index.js";
import type { Device, GroupSpec, StateValues } from "../runtime/program.js";
import { paceMeter } from "./clock.js";
import { fitLoop, mostSteps } from "./fit-loop.js";
import { createFitter } from "./fitter.js";
import type { InspectionSetup } from "./inspection.js";
import { trainLoop } from "./loop.js";
import { optimizerNamed } from "./options.js";
import type { Position, Recorder } from "./recorder.js";
import { requireTrainable, type TrainingPlan } from "./trainable.js";
import type { Metrics, Trained } from "./trained.js";
import { createTrainer } from "./trainer.js";

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

/** What is trained, on what, how, and where. */
export interface SessionSetup extends TrainingPlan {
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
  readonly onWarning?: (message: string) => void;
}

/** A model in training, wherever what it tells is kept. Both models are the caller's to release. */
export interface Session {
  readonly trained: Trained;
  /** Has the weights in training whenever samples are drawn or validation images scored. */
  readonly viewer: LoadedModel;
  readonly stepsPerEpoch: number;
  /** Trains until the budget is used up or a fit has converged. @returns whether that is so */
  run(run: SessionRun): Promise<boolean>;
}

/**
 * Puts a model on a device to be trained, by gradients or by passes.
 *
 * @param stored  gives everything that a checkpoint holds, by full name
 * @throws ConfigError, DataError as {@link requireTrainable} does
 */
export async function openSession(
  setup: SessionSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<Session> {
  const { definition, config, data, options, device } = setup;
  const traits = dataTraits(data);
  const { model, train: images, validation } = requireTrainable(setup);
  const learner = await (model.fit === undefined ? gradients : passes)(
    setup,
    model,
    images,
    stored,
  );
  const { trained, stepsPerEpoch, totalSteps } = learner;
  const viewer = await loadModel(definition, config, traits, device, await trained.weights());
  const knownTotal = Number.isFinite(totalSteps) ? totalSteps : undefined;
  return {
    trained,
    viewer,
    stepsPerEpoch,
    async run({ from, recorder, seconds, signal, onProgress, onWarning }) {
      const pace = paceMeter({ done: from.step, total: knownTotal });
      let epochImages = { epoch: -1, images };
      const timeIsUp = () => options.minutes !== undefined && seconds() >= options.minutes * 60;
      const complete = await learner.learn(from, {
        imagesOf(epoch) {
          if (epochImages.epoch !== epoch) {
            epochImages = { epoch, images: binarise(images, data.binarisation, epoch) };
          }
          return epochImages.images;
        },
        validation:
          validation === undefined || model.capabilities.score === undefined
            ? undefined
            : { images: binarise(validation, data.binarisation), seed: setup.seed },
        viewer,
        picturesEvery: Math.max(1, Math.ceil((options.epochs ?? 10) / 10)),
        recorder,
        signal,
        onStep(step, metrics) {
          const { perSecond, secondsLeft } = pace.update(step);
          onProgress?.({
            step,
            totalSteps: knownTotal,
            epoch: Math.floor((step - 1) / stepsPerEpoch) + 1,
            metrics,
            imagesPerSecond: (perSecond * images.count) / stepsPerEpoch,
            secondsLeft:
              options.minutes === undefined
                ? secondsLeft
                : Math.max(0, options.minutes * 60 - seconds()),
          });
        },
        ...(onWarning && { onWarning }),
        shouldStop: () => signal?.aborted === true || timeIsUp(),
      });
      return complete || timeIsUp();
    },
  };
}

/** What both ways of learning are given while they go on. */
interface Learning extends Omit<InspectionSetup, "trained"> {
  imagesOf(epoch: number): ImageSource;
  /** Epochs between pictures. */
  readonly picturesEvery: number;
  readonly signal?: AbortSignal | undefined;
  onStep(step: number, metrics: Metrics): void;
  onWarning?(message: string): void;
  shouldStop(): boolean;
}

interface Learner {
  readonly trained: Trained;
  readonly stepsPerEpoch: number;
  /** Infinite where only time or convergence ends it. */
  readonly totalSteps: number;
  /** @returns whether it is complete */
  learn(from: Position, learning: Learning): Promise<boolean>;
}

type Stored = ((groups: readonly GroupSpec[]) => StateValues) | undefined;

async function gradients(
  { data, options, device, seed, weights }: SessionSetup,
  model: Model,
  images: ImageSet,
  stored: Stored,
): Promise<Learner> {
  const plan = batchPlan({ count: images.count, batchSize: options.batchSize, seed });
  const totalSteps =
    options.steps ?? (options.epochs ?? Number.POSITIVE_INFINITY) * plan.stepsPerEpoch;
  const rule = {
    optimizer: optimizerNamed(options.optimizer),
    clipNorm: options.clipNorm,
    ema: options.ema,
  };
  const schedule = parseSchedule(options.schedule);
  const trained = await createTrainer(
    { model, data: dataTraits(data), device, rule, batchSize: options.batchSize, seed, weights },
    stored,
  );
  const fixed = {
    trained,
    plan,
    totalSteps,
    pixelsPerImage: pixelsPerImage(images),
    learningRate: (step: number) => options.learningRate * schedule(step + 1, totalSteps),
  };
  return {
    ...fixed,
    stepsPerEpoch: plan.stepsPerEpoch,
    async learn(from, learning) {
      const { complete } = await trainLoop({ ...learning, ...fixed }, from);
      return complete;
    },
  };
}

async function passes(
  { definition, data, options, device, seed }: SessionSetup,
  model: Model,
  images: ImageSet,
  stored: Stored,
): Promise<Learner> {
  const fit = model.fit as Fit;
  const { batchSize } = options;
  const trained = await createFitter(
    { definition, model, fit, data: dataTraits(data), device, batchSize },
    stored,
  );
  const stepsPerPass = Math.ceil(images.count / batchSize);
  const passes = options.epochs ?? Number.POSITIVE_INFINITY;
  const fixed = { trained, fit, stepsPerPass, passes, seed };
  return {
    trained,
    stepsPerEpoch: stepsPerPass,
    totalSteps: mostSteps(fixed),
    async learn(from, learning) {
      const { complete } = await fitLoop({ ...learning, ...fixed }, from);
      return complete;
    },
  };
}
