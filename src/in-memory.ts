import { parseConfig } from "./core/config.js";
import type { Images } from "./core/images.js";
import type { LoadedModel } from "./core/loaded-model.js";
import { loadModel } from "./core/loaded-model.js";
import type { ModelDefinition } from "./core/model.js";
import { valuesOf } from "./core/stored-state.js";
import { decodeWeights } from "./core/weights.js";
import type { Binarisation } from "./data/binarise.js";
import { dataSpecOf } from "./data/data-spec.js";
import type { ImageSet } from "./data/image-set.js";
import { findModel } from "./models/registry.js";
import type { Device, GroupSpec, StateValues } from "./runtime/program.js";
import { systemClock } from "./training/clock.js";
import type { MetricsLine } from "./training/metrics-log.js";
import { type TrainingOptions, trainingOptions } from "./training/options.js";
import { type Recorder, START } from "./training/recorder.js";
import { openSession, type SessionRun } from "./training/session.js";

export interface TrainModelOptions extends Pick<SessionRun, "signal" | "onProgress" | "onWarning"> {
  /** A model's id, or a definition of your own. */
  readonly model: string | ModelDefinition;
  readonly images: ImageSet;
  readonly device: Device;
  /** Keys of the model's configuration; the others take their defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Budget, batch size, learning rate and so on. */
  readonly training?: Partial<TrainingOptions>;
  readonly binarisation?: Binarisation;
  /** Share of the images held out to pick the best weights; 0.1 by default, 0 for none. */
  readonly validation?: number;
  readonly seed?: number;
  /** Weights to begin with, such as another model's `values()`; for models that learn by gradients. */
  readonly weights?: StateValues;
  /** Means over the last tenth of an epoch, and the validation loss. */
  readonly onMetrics?: (line: MetricsLine) => void;
  /** Images drawn with the same noise every tenth of the training, so that one sees them grow. */
  readonly onSamples?: (images: Images, step: number) => void;
}

/**
 * Trains a model and keeps it in memory, on Node as in a page.
 *
 * @returns the model with its best weights, or the last ones without validation
 * @throws ConfigError, DataError, TrainingError: each says what to do
 */
export async function trainModel(options: TrainModelOptions): Promise<LoadedModel> {
  const { images, device, config = {}, training = {}, binarisation } = options;
  const { validation = 0.1, seed = 0 } = options;
  const definition = typeof options.model === "string" ? findModel(options.model) : options.model;
  const session = await openSession({
    definition,
    config: parseConfig(definition.config, config, definition.id),
    data: dataSpecOf(images, {
      ...(binarisation && { binarisation }),
      ...(validation > 0 && { validation: { fraction: validation, seed } }),
    }),
    options: trainingOptions(training, definition.training),
    images,
    device,
    seed,
    weights: options.weights,
  });
  const { trained, viewer } = session;
  const begun = systemClock.seconds();
  let best: StateValues | undefined;
  const recorder: Recorder = {
    metrics: async (line) => options.onMetrics?.(line),
    samples: async (step, drawn) => options.onSamples?.(drawn, step),
    async keep(state) {
      best = state.takeBest() ?? best;
    },
  };
  try {
    const seconds = () => systemClock.seconds() - begun;
    await session.run({ ...options, from: START, recorder, seconds });
    await viewer.write(best ?? (await trained.weights()));
    return viewer;
  } catch (error) {
    await viewer.release();
    throw error;
  } finally {
    await trained.release();
  }
}

/**
 * The model of a safetensors file that Figment wrote: `model.safetensors` of an export, or what
 * `encodeWeights` gives.
 *
 * @throws RunError when it is another file, or the model needs other weights: of another name, shape
 *                  or type, or finite ones
 */
export async function openWeights(bytes: Uint8Array, device: Device): Promise<LoadedModel> {
  const { model, config, data, tensors } = decodeWeights(bytes);
  const definition = findModel(model);
  const parsed = parseConfig(definition.config, config, model);
  const fitting = (groups: readonly GroupSpec[]) =>
    valuesOf(tensors, groups, { source: "the file" });
  return loadModel(definition, parsed, data, device, fitting);
}
