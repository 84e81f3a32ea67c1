import { type ImageReader, imageReader } from "../core/capabilities/batches.js";
import type { Fit } from "../core/fit.js";
import type { ImageSource } from "../core/images.js";
import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import { augment } from "../data/augment.js";
import { binarise } from "../data/binarise.js";
import type { Device, GroupSpec, StateValues } from "../runtime/program.js";
import { type AfterwardsSetup, fitAfterwards } from "./afterwards.js";
import { paceMeter } from "./clock.js";
import { gradientLoop } from "./gradient-loop.js";
import { createGradientTrainer } from "./gradient-trainer.js";
import type { InspectionSetup, TrainingEvaluation } from "./inspection.js";
import { type GradientOptions, updateRuleOf } from "./options.js";
import { mostSteps, passLoop } from "./pass-loop.js";
import { createPassTrainer } from "./pass-trainer.js";
import { batchesOf, type TrainingPlan } from "./plan.js";
import type { Position, Recorder } from "./recorder.js";
import { learningRates } from "./stages.js";
import type { Metrics, Trainer } from "./trainer.js";

/** The progress of a training, for its observer. */
export interface TrainingProgress {
  /** Steps done since the run began. */
  readonly step: number;
  /** Undefined where a time limit ends the training. */
  readonly totalSteps: number | undefined;
  /** The epoch of the step, from 1. */
  readonly epoch: number;
  readonly metrics: Metrics;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

/** The device of a training, and the seed of its noise. */
export interface SessionSetup {
  readonly plan: TrainingPlan;
  readonly device: Device;
  readonly seed: number;
}

/** The moment before a step, or before a pass of a fit. */
export interface Interlude {
  /** Steps done since the run began. */
  readonly step: number;
  /** The model with the weights of this moment, to look at until the interlude ends. */
  model(): Promise<LoadedModel>;
}

/** Where a session starts, who observes it, and what ends it. */
export interface SessionRun {
  readonly from: Position;
  readonly recorder: Recorder;
  /** Seconds of training so far, for a budget in minutes. */
  seconds(): number;
  readonly evaluation?: TrainingEvaluation | undefined;
  /** When aborted, training finishes its step and returns. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited before each step, or each pass of a fit: training waits, and its model can be looked at. */
  readonly beforeStep?: (interlude: Interlude) => void | Promise<void>;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onWarning?: (message: string) => void;
}

/** A model in training on a device. The caller must release it. */
export interface Session {
  readonly trainer: Trainer;
  /** Receives the current weights before it draws pictures or scores validation images. */
  readonly viewer: LoadedModel;
  readonly stepsPerEpoch: number;
  /**
   * Trains until the budget is used up or a fit converges. @returns whether training is complete
   */
  run(run: SessionRun): Promise<boolean>;
  /**
   * Metrics of the training images for a fit's weights, by its last stage; none for a model that learns
   * by gradients.
   *
   * @param weights  values to measure; the current ones by default
   */
  measure(weights?: StateValues): Promise<Metrics>;
  release(): Promise<void>;
}

/**
 * Puts a model on a device to train it, by gradients or by passes.
 *
 * @param stored  returns all values of a checkpoint, by full name
 */
export async function openSession(
  setup: SessionSetup,
  stored?: (groups: readonly GroupSpec[]) => StateValues,
): Promise<Session> {
  const { plan, device, seed } = setup;
  const { definition, config, data, options, model, traits, train, validation, parts } = plan;
  const way = await (model.fit === undefined ? gradients : passes)(setup, stored);
  const { trainer, stepsPerEpoch, totalSteps } = way;
  const first = await trainer.weights();
  const viewer = await loadModel(definition, config, traits, device, first, parts);
  const knownTotal = Number.isFinite(totalSteps) ? totalSteps : undefined;
  return {
    trainer,
    viewer,
    stepsPerEpoch,
    async run({ from, recorder, evaluation, seconds, signal, beforeStep, onProgress, onWarning }) {
      const pace = paceMeter({ done: from.step, total: knownTotal });
      let epochImages = { epoch: -1, images: train };
      const currentModel = async () => {
        await viewer.write(await trainer.weights());
        return viewer;
      };
      const timeIsUp = () => options.minutes !== undefined && seconds() >= options.minutes * 60;
      const { position, complete } = await way.learn(from, {
        imagesOf(epoch) {
          if (epochImages.epoch !== epoch) {
            const { augmentation, binarisation } = data;
            const varied = augmentation === null ? train : augment(train, augmentation, epoch);
            epochImages = { epoch, images: binarise(varied, binarisation, epoch) };
          }
          return epochImages.images;
        },
        patience: options.patience,
        shown: binarise(validation ?? train, data.binarisation),
        validation: validation && { images: binarise(validation, data.binarisation), seed },
        viewer,
        picturesEvery: Math.max(1, Math.ceil((options.epochs ?? 10) / 10)),
        evaluation,
        recorder,
        signal,
        ...(beforeStep && {
          beforeStep: (step: number) => beforeStep({ step, model: currentModel }),
        }),
        onStep(step, metrics) {
          const { perSecond, secondsLeft } = pace.update(step);
          onProgress?.({
            step,
            totalSteps: knownTotal,
            epoch: Math.floor((step - 1) / stepsPerEpoch) + 1,
            metrics,
            imagesPerSecond: perSecond * way.imagesPerStep,
            secondsLeft:
              options.minutes === undefined
                ? secondsLeft
                : Math.max(0, options.minutes * 60 - seconds()),
          });
        },
        ...(onWarning && { onWarning }),
        isInterrupted: () => signal?.aborted === true,
        timeIsUp,
      });
      if (!complete && !timeIsUp()) return false;
      const { afterwards } = model;
      if (afterwards === undefined) return true;
      const images = binarise(train, data.binarisation);
      const fitting = {
        afterwards,
        viewer,
        device,
        images,
        seed,
        signal,
        ...(onWarning && { onWarning }),
      };
      return conclude(fitting, { trainer, recorder, position });
    },
    async measure(weights) {
      if (weights !== undefined) await trainer.state.write(weights);
      return way.measure(binarise(train, data.binarisation));
    },
    async release() {
      await viewer.release();
      await trainer.release();
    },
  };
}

/**
 * Fits what the model leaves until its training is complete, to the last weights and to the best.
 *
 * @returns false when it was stopped
 */
async function conclude(
  fitting: AfterwardsSetup,
  { trainer, recorder, position }: { trainer: Trainer; recorder: Recorder; position: Position },
): Promise<boolean> {
  const toLast = await fitAfterwards(fitting, await trainer.weights());
  if (toLast === undefined) return false;
  const best = await recorder.best();
  const isLast = position.best?.step === position.step;
  const toBest = best && (isLast ? toLast : await fitAfterwards(fitting, best));
  if (best !== undefined && toBest === undefined) return false;
  await trainer.state.write(toLast.values);
  const { outcome } = toBest ?? toLast;
  const takeBest = () => best && new Map([...best, ...(toBest?.values ?? [])]);
  await recorder.keep({ position, outcome, takeBest }, true);
  return true;
}

/** The input that both ways of learning need while they run. */
interface Learning extends Omit<InspectionSetup, "trainer"> {
  imagesOf(epoch: number): ImageSource;
  readonly patience: number | undefined;
  readonly signal?: AbortSignal | undefined;
  beforeStep?(step: number): void | Promise<void>;
  onStep(step: number, metrics: Metrics): void;
  onWarning?(message: string): void;
  isInterrupted(): boolean;
  /** Whether the minutes of the training are over. */
  timeIsUp(): boolean;
}

/** One of the two ways of learning: by gradients, or by passes. */
interface Way {
  readonly trainer: Trainer;
  readonly stepsPerEpoch: number;
  /** On average. */
  readonly imagesPerStep: number;
  /** Infinite where only time or convergence ends it. */
  readonly totalSteps: number;
  /** @returns the position reached, and whether training is complete */
  learn(from: Position, learning: Learning): Promise<{ position: Position; complete: boolean }>;
  measure(images: ImageSource): Promise<Metrics>;
}

type Stored = ((groups: readonly GroupSpec[]) => StateValues) | undefined;

async function gradients({ plan, device, seed }: SessionSetup, stored: Stored): Promise<Way> {
  const { definition, model, traits, train, reads, totalSteps, weights } = plan;
  const options = plan.options as GradientOptions;
  const { batchSize } = options;
  const batches = batchesOf(plan, batchSize, seed);
  const trainer = await createGradientTrainer(
    {
      model,
      data: traits,
      device,
      rule: updateRuleOf(options),
      batchSize,
      seed,
      totalSteps,
      weights,
      meanImageWeight: train.weights && meanOf(train.weights),
    },
    stored,
  );
  const learningRate = learningRates(options, plan.stages, totalSteps);
  return {
    trainer,
    totalSteps,
    stepsPerEpoch: batches.stepsPerEpoch,
    imagesPerStep: batchSize,
    measure: async () => ({}),
    async learn(from, { imagesOf, ...learning }) {
      let reader: { readonly epoch: number; readonly read: ImageReader } | undefined;
      return gradientLoop(
        {
          ...learning,
          trainer,
          plan: batches,
          totalSteps,
          learningRate,
          readerOf(epoch) {
            if (reader?.epoch !== epoch) {
              const read = imageReader({ definition, data: traits, model }, imagesOf(epoch), reads);
              reader = { epoch, read };
            }
            return reader.read;
          },
        },
        from,
      );
    },
  };
}

const meanOf = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function passes({ plan, device, seed }: SessionSetup, stored: Stored): Promise<Way> {
  const { definition, model, traits, train, options } = plan;
  const fit = model.fit as Fit;
  const { batchSize } = options;
  const trainer = await createPassTrainer(
    { definition, model, fit, data: traits, device, batchSize },
    stored,
  );
  const stepsPerPass = Math.ceil(train.count / batchSize);
  const fixed = {
    trainer,
    fit,
    stepsPerPass,
    passes: options.epochs ?? Number.POSITIVE_INFINITY,
    seed,
  };
  return {
    trainer,
    stepsPerEpoch: stepsPerPass,
    imagesPerStep: train.count / stepsPerPass,
    totalSteps: mostSteps(fixed),
    async measure(images) {
      const last = fit.stages.length - 1;
      return (await trainer.measure(last, images, { shouldStop: () => false })) ?? {};
    },
    learn(from, { isInterrupted, timeIsUp, ...learning }) {
      const shouldStop = () => isInterrupted() || timeIsUp();
      return passLoop({ ...learning, ...fixed, shouldStop }, from);
    },
  };
}
