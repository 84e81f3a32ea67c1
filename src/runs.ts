import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pixelsPerImage } from "./core/batch.js";
import { parseConfig } from "./core/config.js";
import { RunError } from "./core/errors.js";
import { countMissing } from "./core/missing-pixels.js";
import type { ModelDefinition } from "./core/model.js";
import { didYouMean } from "./core/suggest.js";
import type { Binarisation } from "./data/binarise.js";
import { type DataSpec, dataSpecOf, dataTraits, parseDataSpec } from "./data/data-spec.js";
import type { ImageSet } from "./data/image-set.js";
import { type LoadOptions, loadDataset } from "./data/load-dataset.js";
import { findModel } from "./models/registry.js";
import { openDevice } from "./runtime/device.js";
import type { Device, DeviceOptions, StateValues } from "./runtime/program.js";
import { type LoadedRun, loadRun, readWeights } from "./training/load-run.js";
import { type TrainingOptions, trainingOptions } from "./training/options.js";
import { createRun, readRun, resumeRun, writeRun } from "./training/run-directory.js";
import type { RunRecord } from "./training/run-record.js";
import { newRecord, type TrainRequest, type TrainResult, train } from "./training/train.js";
import { requireTrainable } from "./training/trainable.js";

interface Reporting
  extends Pick<TrainRequest, "tensorboard" | "signal" | "onProgress" | "onWarning"> {
  /** Told what computes: the device, and why it was chosen. */
  readonly onDevice?: (description: string) => void;
}

export interface TrainRunOptions extends Reporting, DeviceOptions {
  /** A model's id, or a definition of your own. */
  readonly model: string | ModelDefinition;
  /** A data set's name or path, or images that are loaded. */
  readonly data: string | ImageSet;
  /** How a data set named by `data` is loaded. */
  readonly load?: Omit<LoadOptions, "split">;
  /** Directory of the run. */
  readonly out: string;
  /** Replaces a run that is already there. */
  readonly overwrite?: boolean;
  /** Keys of the model's configuration; the others take their defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Budget, batch size, learning rate and so on. */
  readonly training?: Partial<TrainingOptions>;
  readonly binarisation?: Binarisation;
  /**
   * A run of the same model, a directory or `zoo:NAME`, whose weights and configuration this one begins
   * with; for models that learn by gradients.
   */
  readonly weights?: string;
  /** Share of the training images held out to pick the best weights; 0.1 by default, 0 for none. */
  readonly validation?: number;
  readonly seed?: number;
}

/**
 * Trains a new run.
 *
 * @throws ConfigError, DataError, RunError, TrainingError: each says what to do
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainResult> {
  const { config = {}, training = {}, binarisation, validation = 0.1, seed = 0 } = options;
  const definition = typeof options.model === "string" ? findModel(options.model) : options.model;
  const begun = options.weights === undefined ? {} : await settingsOf(options.weights, definition);
  const parsed = parseConfig(definition.config, { ...begun, ...config }, definition.id);
  const budgeted = trainingOptions(training, definition.training);
  const images =
    typeof options.data === "string" ? await loadDataset(options.data, options.load) : options.data;
  const data = dataSpecOf(images, {
    ...(options.load?.size !== undefined && { resize: sizeOf(images, options.load.size) }),
    ...(binarisation && { binarisation }),
    ...(validation > 0 && { validation: { fraction: validation, seed } }),
  });
  const first =
    options.weights === undefined
      ? undefined
      : await firstWeights({ ...options, run: options.weights, definition, config: parsed, data });
  // What the data or the model refuses is refused before there is a directory.
  requireTrainable({
    definition,
    config: parsed,
    data,
    options: budgeted,
    asked: training,
    images,
    weights: first?.values,
  });
  warnOfMissing(images, options.onWarning);
  return onDevice(options, async (device) => {
    const given = { definition, config: parsed, data, training: budgeted, seed, device };
    const { overwrite = false } = options;
    const record = newRecord({ ...given, weights: first && { run: first.run, step: first.step } });
    const run = await createRun(options.out, record, { overwrite });
    try {
      const weights = async () => first?.values;
      return await train({ ...options, run, definition, images, device, weights });
    } finally {
      run.lock.release();
    }
  });
}

function warnOfMissing(images: ImageSet, onWarning: Reporting["onWarning"]): void {
  const { values, images: lacking } = countMissing(images);
  if (values === 0) return;
  const all = images.count * pixelsPerImage(images);
  onWarning?.(
    `${values} of the ${all} pixel values of ${images.name} are missing (${((100 * values) / all).toFixed(1)} %), in ${lacking} of its ${images.count} images`,
  );
}

/** The configuration of a run whose weights another begins with. */
async function settingsOf(
  run: string,
  definition: ModelDefinition,
): Promise<Readonly<Record<string, unknown>>> {
  const { model, config } = await readRun(runDirectory(run));
  if (model === definition.id) return config;
  throw new RunError(`${run} is a run of ${model}: its weights are of no use to ${definition.id}`);
}

interface FirstWeights extends Pick<Reporting, "onWarning"> {
  /** The run that they come from. */
  readonly run: string;
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  /** The training steps that they must have behind them, where that is known already. */
  readonly step?: number;
}

/**
 * The weights that a run begins with, and where they come from.
 *
 * @throws RunError when they do not fit the model, or are no longer those that the run began with
 */
async function firstWeights({ run, definition, config, data, step, onWarning }: FirstWeights) {
  const traits = dataTraits(data);
  const model = definition.build(config, traits);
  const read = await readWeights(runDirectory(run), model, traits);
  for (const warning of read.warnings) onWarning?.(warning);
  if (step === undefined || step === read.step) return { run, ...read };
  throw new RunError(
    `the weights of ${run} are of step ${read.step} now, and this run was to begin with those of step ${step}; begin it anew`,
  );
}

/** The size that images were brought to, so that they are brought to it again. */
function sizeOf({ height, width }: ImageSet, size: NonNullable<LoadOptions["size"]>) {
  return { height, width, fit: (typeof size === "number" ? undefined : size.fit) ?? "cover" };
}

export interface ResumeRunOptions extends Reporting, DeviceOptions {
  /** A new budget, in place of the one that the run was begun with. */
  readonly training?: Partial<Pick<TrainingOptions, "epochs" | "steps" | "minutes">>;
  /** The definition of a model's id; the registry's by default. */
  readonly findModel?: (id: string) => ModelDefinition;
  /** Images to train on; those that the run names by default. */
  readonly images?: ImageSet;
}

/**
 * Goes on with a run from its latest checkpoint.
 *
 * @throws RunError when it is no run, or another training holds it
 */
export async function resumeTraining(
  directory: string,
  options: ResumeRunOptions = {},
): Promise<TrainResult> {
  const record = await readRun(directory);
  const definition = (options.findModel ?? findModel)(record.model);
  const images = options.images ?? (await loadDataOf(parseDataSpec(record.data), "train"));
  return onDevice({ threads: record.device.threads, ...options }, async (device) => {
    const run = await resumeRun(directory);
    try {
      const resumed = { ...run, record: withBudget(run.record, options.training) };
      const weights = () => recordedWeights(record, { ...options, definition });
      await writeRun(run.paths, resumed.record);
      return await train({ ...options, run: resumed, definition, images, device, weights });
    } finally {
      run.lock.release();
    }
  });
}

/** The weights with which a run began, for one that was ended before its first checkpoint. */
async function recordedWeights(
  { weights, config, data }: RunRecord,
  given: Pick<FirstWeights, "definition" | "onWarning">,
): Promise<StateValues | undefined> {
  if (weights === null) return undefined;
  const { id, config: schema } = given.definition;
  const recorded = { config: parseConfig(schema, config, id), data: parseDataSpec(data) };
  return (await firstWeights({ ...weights, ...recorded, ...given })).values;
}

function withBudget<R extends { training: object }>(
  record: R,
  budget: ResumeRunOptions["training"] = {},
): R {
  if (Object.values(budget).every((value) => value === undefined)) return record;
  const kept = Object.entries(record.training).filter(
    ([key]) => !["epochs", "steps", "minutes"].includes(key),
  );
  const given = Object.entries(budget).filter(([, value]) => value !== undefined);
  return { ...record, training: Object.fromEntries([...kept, ...given]) };
}

/** A split of the data that a run was trained on, brought to the same size and channels. */
export function loadDataOf(
  { source, channels, resize }: DataSpec,
  split: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  return loadDataset(source, { ...options, split, channels, ...(resize && { size: resize }) });
}

/** A run that is loaded on a device of its own, which `close` gives back. */
export interface OpenedRun extends LoadedRun {
  close(): Promise<void>;
}

/**
 * Loads a run to sample from it, score with it and so on.
 *
 * @param run  a run directory, or `zoo:NAME` for one that ships with Figment
 */
export async function openRun(
  run: string,
  options: DeviceOptions & { readonly checkpoint?: "best" | "last" } = {},
): Promise<OpenedRun> {
  const directory = runDirectory(run);
  await readRun(directory);
  const device = await openDevice(deviceOptionsIn(options));
  try {
    const loaded = await loadRun(directory, { ...options, device, findModel });
    return { ...loaded, close: () => device.close() };
  } catch (error) {
    await device.close();
    throw error;
  }
}

const ZOO = "zoo:";
const zooDirectory = fileURLToPath(new URL("../zoo/", import.meta.url));

/** Names of the runs that ship. */
export function zooNames(): string[] {
  if (!existsSync(zooDirectory)) return [];
  return readdirSync(zooDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Where a run is. @throws RunError for an unknown name after `zoo:` */
export function runDirectory(run: string): string {
  if (!run.startsWith(ZOO)) return run;
  const name = run.slice(ZOO.length);
  const known = zooNames();
  if (known.includes(name)) return `${zooDirectory}${name}`;
  const hint = didYouMean(name, known) || `; there are ${known.join(", ") || "none"}`;
  throw new RunError(`there is no run "${name}" in the zoo${hint}`);
}

async function onDevice<R>(
  options: DeviceOptions & Reporting,
  work: (device: Device) => Promise<R>,
): Promise<R> {
  const device = await openDevice(deviceOptionsIn(options));
  try {
    options.onDevice?.(device.description);
    return await work(device);
  } finally {
    await device.close();
  }
}

/** Only these: a device hands its options to its worker, which takes no functions. */
function deviceOptionsIn({ device, threads, host }: DeviceOptions): DeviceOptions {
  return {
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    ...(host !== undefined && { host }),
  };
}
