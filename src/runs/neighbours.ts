import { pixelsPerImage } from "../core/batch.js";
import { requireCount } from "../core/capabilities/batches.js";
import { ConfigError } from "../core/errors.js";
import type { Images } from "../core/images.js";
import { requireWhole } from "../core/missing-pixels.js";
import { readImages } from "../data/image-set.js";
import type { LoadOptions } from "../data/load-dataset.js";
import { FeatureSet } from "../metrics/features.js";
import { type NearestImages, NearestImagesSearch } from "../metrics/memorisation/nearest-images.js";
import { realCondition } from "./evaluation/condition.js";
import { type DrawOptions, type JudgedImages, openJudged, partsOf } from "./judged-images.js";
import { type OpenExtractor, openExtractor, overParts } from "./open-extractor.js";
import type { OpenRunOptions } from "./open-run.js";
import { commonData, loadReal } from "./real-images.js";

export interface NeighboursOptions extends OpenRunOptions {
  /** Samples to draw. */
  readonly count: number;
  /** Training images beside each. */
  readonly nearest: number;
  /** As {@link openExtractor} takes it. */
  readonly extractor?: string;
  readonly draw?: boolean;
  readonly seed?: number;
  readonly load?: Omit<LoadOptions, "split">;
  readonly signal?: AbortSignal;
  /** Receives the training images searched. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Samples of a run beside the training images nearest to them. */
export interface Neighbours extends NearestImages {
  /** [count · (1 + nearest), C, H, W]: each sample, then its neighbours, nearest first. */
  readonly images: Images;
  /** Training images searched: all. */
  readonly training: number;
  readonly extractor: string;
  readonly sha256: string | null;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
}

/**
 * Draws samples from a run and finds the training images nearest to each, among all of them.
 *
 * @param reference  a run directory or `zoo:NAME`
 * @throws ConfigError when it is no run or asks for more neighbours than there are training images
 * @throws UnavailableError when the run cannot sample, or the extractor has no features
 */
export async function neighbours(
  reference: string,
  options: NeighboursOptions,
): Promise<Neighbours> {
  const { count, nearest: k, seed = 0, load = {}, signal, onProgress } = options;
  requireCount("the number of samples", count);
  requireCount("the number of neighbours", k);
  const run = await openJudged(reference, options);
  try {
    if (run.trainedOn === undefined) throw new ConfigError(`${reference} is not a run`);
    const { training } = await loadReal(commonData([run.trainedOn]), "train", load);
    if (training === undefined || training.count < k) {
      throw new ConfigError(`there are ${training?.count ?? 0} training images, not ${k}`);
    }
    requireWhole(training, "show", "they cannot be compared");
    const through = await openExtractor(options.extractor, training, options);
    try {
      const { condition } = realCondition(run.run?.model, training, count, seed);
      const asked = { ...options, seed, ...(condition && { condition }) };
      const samples = await drawn(run, through, asked);
      const search = new NearestImagesSearch(samples.features, k);
      for await (const { batch, done } of overParts(partsOf(training), through)) {
        signal?.throwIfAborted();
        search.add(batch);
        onProgress?.(done, training.count);
      }
      const found = search.result();
      const { extractor } = through;
      return {
        ...found,
        images: inRows(samples.images, await readImages(training, found.positions), k),
        training: training.count,
        extractor: extractor.name,
        sha256: extractor.sha256,
        facts: run.facts,
        warnings: [...run.warnings, ...through.warnings],
      };
    } finally {
      await through.close();
    }
  } finally {
    await run.close();
  }
}

/** Samples and their features. */
async function drawn(run: JudgedImages, through: OpenExtractor, options: DrawOptions) {
  const features = new FeatureSet(through.extractor.length);
  const size = pixelsPerImage(run.shape);
  const pixelsUnit = new Float32Array(options.count * size);
  let first = 0;
  const kept = async function* () {
    for await (const part of run.parts(options)) {
      pixelsUnit.set((await readImages(part)).pixelsUnit, first * size);
      first += part.count;
      yield part;
    }
  };
  for await (const { batch } of overParts(kept(), through)) features.add(batch);
  return {
    features: features.result(),
    images: { ...run.shape, count: options.count, pixelsUnit },
  };
}

/** Each sample, then its neighbours. */
function inRows(samples: Images, others: Images, k: number): Images {
  const size = pixelsPerImage(samples);
  const count = samples.count * (1 + k);
  const pixelsUnit = new Float32Array(count * size);
  for (let row = 0; row < samples.count; row++) {
    const at = row * (1 + k) * size;
    pixelsUnit.set(samples.pixelsUnit.subarray(row * size, (row + 1) * size), at);
    pixelsUnit.set(others.pixelsUnit.subarray(row * k * size, (row + 1) * k * size), at + size);
  }
  return { ...samples, count, pixelsUnit };
}
