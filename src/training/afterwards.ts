import { joinBatches, overImages, valuesOf } from "../core/capabilities/batches.js";
import { type ImageSource, inMemory } from "../core/images.js";
import type { LoadedModel } from "../core/loaded-model.js";
import type { Afterwards, Model } from "../core/model.js";
import type { Device, StateValues } from "../runtime/program.js";
import { passLoop } from "./pass-loop.js";
import { createPassTrainer } from "./pass-trainer.js";
import { type Recorder, START } from "./recorder.js";

export interface AfterwardsSetup {
  readonly afterwards: Afterwards;
  /** Receives the weights before it computes what the model is fitted to. */
  readonly viewer: LoadedModel;
  readonly device: Device;
  /** The training images. */
  readonly images: ImageSource;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  onWarning?(message: string): void;
}

/** What a fit found. */
export interface FittedAfterwards {
  /** Values of the fitted model by full name. */
  readonly values: StateValues;
  /** How the fit ended, as a sentence. */
  readonly outcome: string | undefined;
}

const BATCH = 2000;
const PASSES = 100;

/**
 * Fits what a model leaves until its training is complete.
 *
 * @param weights  of the trained model
 * @returns        undefined when the signal stopped it
 */
export async function fitAfterwards(
  setup: AfterwardsSetup,
  weights: StateValues,
): Promise<FittedAfterwards | undefined> {
  const { afterwards, viewer, device, seed, signal, onWarning } = setup;
  const { model, data, trace } = afterwards;
  const { fit } = model;
  if (fit === undefined) return { values: new Map(), outcome: undefined };
  await viewer.write(weights);
  const seen = await observed(setup, trace);
  const { definition } = viewer;
  const trainer = await createPassTrainer({
    definition,
    model,
    fit,
    data,
    device,
    batchSize: BATCH,
  });
  let outcome: string | undefined;
  const recorder: Recorder = {
    ...SILENT,
    keep: async (state) => {
      outcome = state.outcome;
    },
  };
  try {
    const { complete } = await passLoop(
      {
        trainer,
        fit,
        recorder,
        seed,
        signal,
        viewer: { ...viewer, model: UNSEEN },
        shown: seen,
        imagesOf: () => seen,
        stepsPerPass: Math.ceil(seen.count / BATCH),
        passes: PASSES,
        picturesEvery: PASSES,
        shouldStop: () => signal?.aborted === true,
        ...(onWarning && { onWarning }),
      },
      START,
    );
    return complete ? { values: await trainer.weights(), outcome } : undefined;
  } finally {
    await trainer.release();
  }
}

/** The fit reports its outcome alone, and shows no pictures. */
const SILENT: Recorder = {
  metrics: async () => undefined,
  samples: async () => undefined,
  keep: async () => undefined,
  best: async () => undefined,
};
const UNSEEN: Model = { steps: [], capabilities: {} };

/** What the trained model makes of the images, in memory. */
async function observed(
  { viewer, images }: AfterwardsSetup,
  trace: Afterwards["trace"],
): Promise<ImageSource> {
  const batches = overImages(viewer, images, {}, "afterwards", (scope, pixelsUnit, annotations) =>
    trace(scope, { pixelsUnit, annotations }),
  );
  const values = await joinBatches(valuesOf(batches));
  const { count, weights } = images;
  return { ...inMemory(values, count), ...(weights && { weights }) };
}
