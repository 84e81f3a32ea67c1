import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { sample } from "../core/capabilities/sample.js";
import { ConfigError } from "../core/errors.js";
import type { Images } from "../core/images.js";
import { parameterCount } from "../core/parameter-count.js";
import { type ImageSet, readImages } from "../data/image-set.js";
import { comparison, type MetricName } from "../metrics/comparison/registry.js";
import { systemClock } from "../training/clock.js";
import { runPaths } from "../training/run-directory.js";
import { realCondition } from "./evaluation/condition.js";
import type { EvaluateOptions, Evaluation } from "./evaluation/contract.js";
import { evaluate } from "./evaluation/evaluate.js";
import { drawnFrom, type JudgedImages, openJudged } from "./judged-images.js";
import { type LikelihoodOrder, likelihoodOrders } from "./likelihood-order.js";
import { commonData, loadReal } from "./real-images.js";
import { runDirectory } from "./zoo.js";

/** Images of the draw that is timed. */
const TIMED = 100;
/** Quality that needs no classifier; likelihood where a run has one. */
const USUAL: readonly MetricName[] = ["fd", "prdc", "memorisation"];

export interface CompareOptions extends EvaluateOptions {
  /** Images of each row of the picture. */
  readonly columns?: number;
}

/** What a run costs. */
export interface RunCost {
  readonly model: string;
  readonly parameters: number;
  readonly trainingSeconds: number;
  /** Mean of a draw of 100 images, once its program is compiled. */
  readonly secondsPerImage: number;
  /** Of the file of the weights. */
  readonly bytes: number;
  readonly device: string;
}

/** A run in a comparison. */
export interface ComparedRun {
  readonly run: string;
  readonly cost: RunCost;
  readonly evaluation: Evaluation;
  readonly samples: Images;
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Some of the real images that all are compared with. */
  readonly real: Images;
  /** By the images that are scored: likelihoods of different ones are not compared. */
  readonly likelihoods: readonly LikelihoodOrder[];
}

/**
 * Compares runs by the quality of their samples, their likelihood and what they cost.
 *
 * @throws ConfigError when runs were trained on different data and no real images are named
 * @throws UnavailableError when a run cannot sample; otherwise as {@link evaluate}
 */
export async function compare(
  references: readonly string[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const { columns = 12, onProgress, ...evaluating } = options;
  if (references.length === 0) throw new ConfigError("name the runs to compare");
  const opened: JudgedImages[] = [];
  const costs: RunCost[] = [];
  const samples: Images[] = [];
  let real: Images;
  try {
    for (const reference of references) opened.push(await openJudged(reference, options));
    const files = opened.find(({ run }) => run === undefined);
    if (files !== undefined) {
      throw new ConfigError(`${files.name} is not a run; judge images with figment evaluate`);
    }
    const source = options.real ?? commonData(opened.map(({ trainedOn }) => trainedOn));
    const { split = "test", seed = 0, load, channels } = options;
    const images = await loadReal(source, split, { ...load, ...(channels && { channels }) });
    real = await readImages(drawnFrom(images.real, columns, seed));
    for (const [done, one] of opened.entries()) {
      onProgress?.({ label: `samples of ${one.name}`, done, total: opened.length });
      const drawn = await drawAndTime(one, images.training ?? images.real, columns, options);
      samples.push(drawn.images);
      costs.push(await costOf(one, drawn.secondsPerImage));
    }
  } finally {
    for (const { close } of opened) await close();
  }
  const scores = opened.some(({ run }) => run?.model.model.capabilities.score !== undefined);
  const usual = options.metrics ?? [...USUAL, ...(scores ? ["nll"] : [])];
  const evaluations = await evaluate(references, {
    ...evaluating,
    ...(onProgress && { onProgress }),
    metrics: options.split === "all" ? usual.filter((name) => !needsTraining(name)) : usual,
  });
  return {
    runs: references.map((run, at) => ({
      run,
      cost: costs[at],
      evaluation: evaluations[at],
      samples: samples[at],
    })),
    real,
    likelihoods: likelihoodOrders(evaluations),
  };
}

const needsTraining = (name: string): boolean =>
  name === "memorisation" && comparison(name).needs.includes("training");

async function drawAndTime(
  { run, name }: JudgedImages,
  like: ImageSet,
  columns: number,
  { seed = 0, draw = false, signal }: CompareOptions,
): Promise<{ readonly images: Images; readonly secondsPerImage: number }> {
  if (run === undefined) throw new ConfigError(`${name} is not a run`);
  const { condition } = realCondition(run.model, like, TIMED, seed);
  const request = { seed, draw, ...(condition && { condition }), ...(signal && { signal }) };
  const images = await sample(run.model, { ...request, count: columns });
  // A batch of another size may compile again: the draw that is timed comes after one of its own size.
  await sample(run.model, { ...request, count: TIMED });
  const begun = systemClock.seconds();
  await sample(run.model, { ...request, count: TIMED });
  return { images, secondsPerImage: (systemClock.seconds() - begun) / TIMED };
}

async function costOf({ run, name }: JudgedImages, secondsPerImage: number): Promise<RunCost> {
  if (run === undefined) throw new ConfigError(`${name} is not a run`);
  const { model, progress, device } = run.record;
  return {
    model,
    parameters: parameterCount(run.model),
    trainingSeconds: progress.seconds,
    secondsPerImage,
    bytes: await weightBytes(runDirectory(name)),
    device: `${device.kind}, ${device.threads} threads`,
  };
}

/** Bytes of a run's best checkpoint, or of its last. */
async function weightBytes(directory: string): Promise<number> {
  const { checkpoints } = runPaths(directory);
  const names = (await readdir(checkpoints)).sort();
  const chosen = names.find((name) => name.startsWith("best")) ?? names.at(-1);
  return chosen === undefined ? 0 : (await stat(join(checkpoints, chosen))).size;
}
