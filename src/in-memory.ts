import { requireCount } from "./core/capabilities/batches.js";
import type { Rows } from "./core/capabilities/preview.js";
import { parseConfig } from "./core/config.js";
import { type LoadedModel, loadModel } from "./core/loaded-model.js";
import type { ModelDefinition, Part } from "./core/model.js";
import { hashOf, hostedValues, onlyHosted, partsOf } from "./core/part.js";
import { weightsIn } from "./core/stored-state.js";
import { decodeWeights } from "./core/weights.js";
import type { Augmentation } from "./data/augment.js";
import type { Binarisation } from "./data/binarise.js";
import { dataSpecOf } from "./data/data-spec.js";
import type { ImageSet } from "./data/image-set.js";
import { findModel as findRegistered } from "./models/registry.js";
import type { Device, StateValues } from "./runtime/program.js";
import type { HostArray } from "./tensor/dtype.js";
import { systemClock } from "./training/clock.js";
import type { MetricsLine } from "./training/metrics-log.js";
import { type AskedOptions, trainingOptions } from "./training/options.js";
import { planTraining, type TrainingPlan } from "./training/plan.js";
import { type Recorder, START } from "./training/recorder.js";
import { openSession, type SessionRun } from "./training/session.js";

export interface TrainModelOptions
  extends Pick<SessionRun, "signal" | "beforeStep" | "onProgress" | "onWarning"> {
  /** A model id, or your own definition. */
  readonly model: string | ModelDefinition;
  readonly images: ImageSet;
  readonly device: Device;
  /** Settings of the model's configuration; the others take their defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Budget, batch size, learning rate and so on. */
  readonly training?: AskedOptions;
  readonly binarisation?: Binarisation;
  /** How to vary training images in each epoch. */
  readonly augmentation?: Augmentation;
  /** Share of the images held out to pick the best weights; 0.1 by default, 0 for none. */
  readonly validation?: number;
  readonly seed?: number;
  /** Initial weights, such as another model's `values()`; for models that learn by gradients. */
  readonly weights?: StateValues;
  /** Trained models that become parts of this one, by the part's name. */
  readonly parts?: Readonly<Record<string, LoadedModel>>;
  /** Receives metrics: means over the last tenth of an epoch, and the validation. */
  readonly onMetrics?: (line: MetricsLine) => void;
  /**
   * Receives pictures every tenth of the training, from the same noise or images to show progress.
   */
  readonly onSamples?: (pictures: Rows, step: number) => void;
}

/**
 * Trains a model in memory, on Node or in a page.
 *
 * @returns the model with its best weights, or its last ones without validation
 * @throws ConfigError, DataError, TrainingError: each says what to do
 */
export async function trainModel(options: TrainModelOptions): Promise<LoadedModel> {
  const { device, seed = 0 } = options;
  const plan = await planInMemory(options);
  for (const note of plan.notes) options.onWarning?.(note);
  const session = await openSession({ plan, device, seed });
  const { trainer, viewer } = session;
  const begun = systemClock.seconds();
  let best: StateValues | undefined;
  const recorder: Recorder = {
    metrics: async (line) => options.onMetrics?.(line),
    samples: async (step, drawn) => options.onSamples?.(drawn, step),
    async keep(state) {
      best = state.takeBest() ?? best;
    },
    best: async () => best,
  };
  try {
    const seconds = () => systemClock.seconds() - begun;
    await session.run({ ...options, from: START, recorder, seconds });
    await viewer.write(best ?? (await trainer.weights()));
    return viewer;
  } catch (error) {
    await viewer.release();
    throw error;
  } finally {
    await trainer.release();
  }
}

/** Parses and checks everything before training starts. */
async function planInMemory(options: TrainModelOptions): Promise<TrainingPlan> {
  const { images, config = {}, training = {}, binarisation, augmentation } = options;
  const { validation = 0.1, seed = 0 } = options;
  requireCount("the seed", seed, 0);
  const definition =
    typeof options.model === "string" ? findRegistered(options.model) : options.model;
  const { parts, values } = await partsInMemory(options.parts ?? {});
  const request = {
    definition,
    config: parseConfig(definition.config, config, definition.id),
    data: dataSpecOf(images, {
      ...(binarisation && { binarisation }),
      ...(augmentation && { augmentation }),
      ...(validation !== 0 && { validation: { fraction: validation, seed } }),
    }),
    options: trainingOptions(training, definition.training, definition.id),
    asked: training,
    images,
    parts,
  };
  const plan = planTraining(request);
  const hosted = onlyHosted(values, plan.model, plan.traits);
  const weights = new Map([...hosted, ...(options.weights ?? [])]);
  return weights.size === 0 ? plan : planTraining({ ...request, weights });
}

async function partsInMemory(models: Readonly<Record<string, LoadedModel>>) {
  const parts: Record<string, Part> = {};
  const values = new Map<string, HostArray>();
  for (const [name, loaded] of Object.entries(models)) {
    const weights = await loaded.values();
    const { definition, config, data, model, parts: inner } = loaded;
    const origin = { run: null, step: null, sha256: await hashOf(weights) };
    parts[name] = { definition, config, data, model, parts: inner, origin };
    for (const [path, value] of hostedValues(name, weights)) values.set(path, value);
  }
  return { parts, values };
}

export interface OpenWeightsOptions {
  /** Finds the definition of a model id, for models of your own; by default in the registry. */
  readonly findModel?: (id: string) => ModelDefinition;
}

/**
 * Loads a model from the bytes of a safetensors file that Figment wrote: `model.safetensors` of an
 * export, or the output of `encodeWeights`.
 *
 * @throws RunError when it is another file, or the model needs other weights: of another name, shape
 *                  or type, or finite ones
 */
export async function openWeights(
  bytes: Uint8Array,
  device: Device,
  { findModel = findRegistered }: OpenWeightsOptions = {},
): Promise<LoadedModel> {
  const { model, config, data, parts, tensors } = decodeWeights(bytes);
  const definition = findModel(model);
  const parsed = parseConfig(definition.config, config, model);
  const builtParts = partsOf(parts, findModel);
  const built = definition.build(parsed, data, builtParts);
  const values = weightsIn(tensors, built, data, { source: "the file" });
  return loadModel(definition, parsed, data, device, values, builtParts);
}
