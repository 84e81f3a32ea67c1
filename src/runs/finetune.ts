import { classCount } from "../core/annotations.js";
import { requireCount } from "../core/capabilities/batches.js";
import { classify, likeliestClasses } from "../core/capabilities/classify.js";
import { ConfigError, DataError, UnavailableError } from "../core/errors.js";
import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import { initialValues, variablesOf, weightsAmong } from "../core/state.js";
import { binarise } from "../data/binarise.js";
import type { DataSpec } from "../data/data-spec.js";
import { type ImageSet, subset } from "../data/image-set.js";
import type { LoadOptions } from "../data/load-dataset.js";
import { trainModel } from "../in-memory.js";
import { type MeanInterval, meanInterval } from "../metrics/mean-interval.js";
import { HEAD_RATE } from "../models/discriminative/classifier/index.js";
import { findModel as findRegistered } from "../models/registry.js";
import type { Device } from "../runtime/program.js";
import { stream } from "../runtime/random.js";
import { loadRun, type OpenRun } from "../training/load-run.js";
import { actualClasses } from "./actual-classes.js";
import { withDevice } from "./device.js";
import type { OpenRunOptions } from "./open-run.js";
import { loadDataOf } from "./run-data.js";
import { runDirectory } from "./zoo.js";

/** The ways of training a classifier that are compared. */
export const finetuneWays = ["frozen", "fine-tuned", "scratch", "pixels"] as const;
export type FinetuneWay = (typeof finetuneWays)[number];

export interface FinetuneOptions extends OpenRunOptions {
  /** Numbers of labelled images, as many of each class; infinite for all. */
  readonly labels: readonly number[];
  /** Repetitions, each with images, weights and batches of its own; 5 by default, at least 2. */
  readonly seeds?: number;
  /** Training steps of each classifier; 500 by default. */
  readonly steps?: number;
  /** Images per step; 64 by default, or all labelled ones where they are fewer. */
  readonly batchSize?: number;
  /**
   * 1e-3 by default; it falls to 0 along a cosine. Where the head alone is trained, on a frozen encoder or on
   * pixels, it is ten times as high.
   */
  readonly learningRate?: number;
  /**
   * Share of the steps of fine-tuning in which the head learns alone, at its higher rate, before the encoder
   * joins; 0.5 by default, below 1.
   */
  readonly probe?: number;
  /** Widths of dense layers between the code and the classes; none by default. */
  readonly hidden?: readonly number[];
  readonly load?: Omit<LoadOptions, "split">;
  readonly signal?: AbortSignal;
  /** Receives the training steps done, of all classifiers together. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The error of one way of training, over all seeds. */
export interface FinetuneRow {
  readonly labels: number;
  readonly way: FinetuneWay;
  /** Share of test images that are classified wrong: mean, and interval over the seeds within [0, 1]. */
  readonly error: MeanInterval;
  readonly perSeed: readonly number[];
  /**
   * How much lower the error is than that of the encoder from scratch with the same images: mean and
   * interval over the seeds. Undefined for that way itself.
   */
  readonly gain: MeanInterval | undefined;
}

export interface Finetuning {
  readonly run: string;
  readonly model: string;
  readonly step: number;
  readonly rows: readonly FinetuneRow[];
  readonly protocol: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
}

/**
 * Trains classifiers with few labels: on the codes of a run, frozen or trained further, on the same encoder
 * from scratch, and by logistic regression on the pixels. All are judged on the test images.
 *
 * @param reference  a run directory or `zoo:NAME` whose model encodes
 * @throws UnavailableError when the model cannot encode
 * @throws ConfigError when there are fewer labels than classes, or a number is out of range
 * @throws DataError when the images have no classes, or too few have
 */
export async function finetune(reference: string, options: FinetuneOptions): Promise<Finetuning> {
  const { seeds = 5, steps = 500, probe = PROBE } = options;
  const labels = [...new Set(options.labels)];
  requireCount("the number of seeds", seeds, 2);
  requireCount("the number of steps", steps);
  if (!(probe >= 0 && probe < 1)) {
    throw new ConfigError(`the share of the probe must be at least 0 and below 1, not ${probe}`);
  }
  return withDevice(options, async (device) => {
    const { findModel = findRegistered, checkpoint, load = {} } = options;
    const run = await loadRun(runDirectory(reference), {
      findModel,
      device,
      ...(checkpoint && { checkpoint }),
    });
    try {
      requireEncoder(run, labels);
      const train = await loadDataOf(run.data, "train", load);
      const sets = labels.map((count) => ({ count, images: labelledSets(train, count, seeds) }));
      const test = binarise(await loadDataOf(run.data, "test", load), run.data.binarisation);
      const work = { ...options, steps, device, run, test };
      const rows: Omit<FinetuneRow, "gain">[] = [];
      const total = sets.length * finetuneWays.length * seeds * steps;
      for (const { images } of sets) {
        for (const way of finetuneWays) {
          const perSeed: number[] = [];
          for (const [seed, few] of images.entries()) {
            const before = (rows.length * seeds + seed) * steps;
            const onStep = (step: number) => options.onProgress?.(before + step, total);
            perSeed.push(await errorOf(work, { way, few, seed, onStep }));
          }
          const [{ count }] = images;
          rows.push({ labels: count, way, error: shareOver(perSeed), perSeed });
        }
      }
      const { data, name, record, step, warnings } = run;
      const protocol = protocolOf(options, data, test, seeds, steps);
      const compared = rows.map((row) => ({ ...row, gain: gainOf(row, rows) }));
      return { run: name, model: record.model, step, rows: compared, protocol, warnings };
    } finally {
      await run.close();
    }
  });
}

/** Student's interval of few shares may reach beyond what a share can be. */
function shareOver(perSeed: readonly number[]): MeanInterval {
  const { low, high, ...rest } = meanInterval(perSeed);
  return { ...rest, low: Math.max(0, low), high: Math.min(1, high) };
}

function gainOf(
  { way, labels, perSeed }: Omit<FinetuneRow, "gain">,
  rows: readonly Omit<FinetuneRow, "gain">[],
): MeanInterval | undefined {
  if (way === "scratch") return undefined;
  const scratch = rows.find((row) => row.labels === labels && row.way === "scratch");
  return scratch && meanInterval(perSeed.map((error, seed) => scratch.perSeed[seed] - error));
}

/** Checks a run and the numbers of labels before any image is read. */
function requireEncoder({ model }: OpenRun, labels: readonly number[]): void {
  const { definition, data, model: built } = model;
  if (built.capabilities.encode === undefined) {
    throw new UnavailableError(
      `${definition.id} does not encode images, so there is nothing to train a classifier on`,
    );
  }
  const classes = classCount(data.annotations);
  if (classes < 2) throw new DataError("the images of the run have no classes to learn");
  if (labels.length === 0) throw new ConfigError("name a number of labels");
  for (const count of labels) {
    if (count !== Number.POSITIVE_INFINITY) requireCount("the number of labels", count);
    if (count >= classes) continue;
    throw new ConfigError(
      `${count} labelled images are fewer than the ${classes} classes: give at least ${classes}`,
    );
  }
}

/**
 * A set of labelled images for each seed, with as many of each class as of any other; what is left over is
 * shared out among the first classes.
 */
function labelledSets(train: ImageSet, count: number, seeds: number): ImageSet[] {
  const { class: known } = train.annotations ?? {};
  if (known === undefined) throw new DataError(`the images of ${train.name} have no classes`);
  if (!Number.isFinite(count)) return Array.from({ length: seeds }, () => train);
  const classes = known.names.length;
  return Array.from({ length: seeds }, (_, seed) => {
    const order = stream(seed, "finetune.labels").permutation(train.count);
    const chosen = known.names.flatMap((name, label) => {
      const wanted = Math.floor(count / classes) + (label < count % classes ? 1 : 0);
      const own = Array.from(order).filter((image) => known.values[image] === label);
      if (own.length >= wanted) return own.slice(0, wanted);
      throw new DataError(
        `${count} labels take ${wanted} images of the class ${name}, but there are ${own.length}`,
      );
    });
    return subset(train, chosen);
  });
}

const PROBE = 0.5;

interface Work extends Omit<FinetuneOptions, "device"> {
  readonly steps: number;
  readonly device: Device;
  readonly run: OpenRun;
  readonly test: ImageSet;
}

/** One classifier to train. */
interface Job {
  readonly way: FinetuneWay;
  readonly few: ImageSet;
  readonly seed: number;
  onStep(step: number): void;
}

/** Trains a classifier. @returns the share of test images that it gets wrong */
async function errorOf(work: Work, { way, few, seed, onStep }: Job): Promise<number> {
  const {
    run,
    device,
    test,
    steps,
    signal,
    hidden = [],
    learningRate = 1e-3,
    probe = PROBE,
  } = work;
  const encoder = way === "scratch" ? await untrained(run.model, device, seed) : run.model;
  const config = {
    hidden,
    ...(way === "pixels" ? { architecture: "mlp", hidden: [] } : { finetune: way !== "frozen" }),
    ...(way === "fine-tuned" && { probe }),
  };
  try {
    const classifier = await trainModel({
      model: "classifier",
      images: few,
      device,
      config,
      binarisation: run.data.binarisation,
      validation: 0,
      seed,
      training: {
        steps,
        learningRate:
          way === "frozen" || way === "pixels" ? HEAD_RATE * learningRate : learningRate,
        schedule: "cosine",
        batchSize: Math.min(work.batchSize ?? 64, few.count),
      },
      ...(way !== "pixels" && { parts: { encoder } }),
      ...(signal && { signal }),
      onProgress: ({ step }) => onStep(step),
    });
    try {
      signal?.throwIfAborted();
      const said = likeliestClasses(await classify(classifier, test, signal ? { signal } : {}));
      const truth = actualClasses(classifier, test) ?? [];
      return said.filter((label, image) => label !== truth[image]).length / test.count;
    } finally {
      await classifier.release();
    }
  } finally {
    if (encoder !== run.model) await encoder.release();
  }
}

/** The same model with weights as before its training. */
function untrained(
  { definition, config, data, model, parts }: LoadedModel,
  device: Device,
  seed: number,
): Promise<LoadedModel> {
  const values = initialValues(weightsAmong(variablesOf(model, data)), seed);
  return loadModel(definition, config, data, device, values, parts);
}

function protocolOf(
  { learningRate = 1e-3, batchSize = 64, hidden = [], probe = PROBE }: FinetuneOptions,
  { name, binarisation }: DataSpec,
  test: ImageSet,
  seeds: number,
  steps: number,
): Finetuning["protocol"] {
  return {
    data: name,
    split: test.split,
    images: test.count,
    binarisation: binarisation.mode,
    seeds,
    steps,
    batchSize,
    learningRate: `${learningRate} (a head alone: ${HEAD_RATE * learningRate}), falling to 0 along a cosine`,
    probe: `the first ${probe} of the steps of fine-tuning train the head alone`,
    head: hidden.length === 0 ? "linear" : `dense layers of ${hidden.join(", ")}`,
    interval: "95 %, Student's t over the seeds",
  };
}
