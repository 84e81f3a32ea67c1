import { type ImageShape, pixelsPerImage } from "../batch.js";
import type { ScoreCapability, ScoreKind } from "../capability.js";
import type { HostBatch, ScoreRequest, Settings } from "../driven.js";
import { ConfigError, DataError } from "../errors.js";
import type { ImageSource } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { countMissing, missingPixels, requireWhole } from "../missing-pixels.js";
import type { ModelProgram } from "../programs.js";
import { batchInputs } from "../state.js";
import {
  annotationsRead,
  batchSizeFor,
  batchSizeOf,
  consecutive,
  type Feeds,
  hostOf,
  type ImageReader,
  imageLackingPixels,
  imageReader,
  inBatches,
  requireCount,
  wholeOnly,
  withBatchSize,
} from "./batches.js";
import { settingsFor } from "./settings.js";

export interface ScoreOptions extends WorkOptions {
  /**
   * Samples per image of an estimate, such as importance samples; the model's default where absent.
   */
  readonly samples?: number;
  readonly seed?: number;
  /** Settings of the model's score; those not named take their defaults. */
  readonly options?: Settings;
  /** Facts about the images for the protocol, such as data set, split and binarisation. */
  readonly protocol?: Readonly<Record<string, string | number>>;
  /** Shortens the work that an estimate needs before the first image. */
  readonly preview?: boolean;
}

/** Nats of an image by its parts: bits per pixel and channel, or nats per token for a score of tokens. */
export interface ScoreRate {
  readonly value: number;
  readonly unit: "bits/dim" | "nats/token";
  /** By what the nats of an image are divided. */
  readonly divisor: number;
}

/** Negative log-likelihoods with everything needed to compare them with others. */
export interface Score {
  /** Mean over the images in nats; infinite when the model rules out an image. */
  readonly value: number;
  readonly units: "nats";
  /** The mean by an image's parts, which compares images of different sizes. */
  readonly rate: ScoreRate;
  readonly kind: ScoreKind;
  readonly protocol: Readonly<Record<string, string | number>>;
  /** Nats of each image in the source's order; the highest is the most anomalous. */
  readonly perImage: Float64Array;
}

/**
 * Computes how improbable a model finds each image. Models that can marginalise missing pixels
 * (NaN) do so; the others refuse them.
 *
 * @throws UnavailableError when the model has no density
 * @throws ConfigError when an option is out of range, or there are no images
 * @throws DataError when the images lack annotations that the score reads, or pixels that it needs, or
 *   have grey pixels where the model was trained on pixels of 0 and 1
 */
export async function score(
  model: LoadedModel,
  source: ImageSource,
  options: ScoreOptions = {},
): Promise<Score> {
  const { capability, samples, settings } = requireScorable(model, source, options);
  const { seed = 0, protocol = {} } = options;
  requireCount("the seed", seed, 0);
  const program =
    "drive" in capability
      ? undefined
      : await model.program(`score.${samples}`, (scope) => ({
          nllNats: capability.trace(scope, batchInputs(model.data), samples),
        }));
  const read = imageReader(model, source, program && annotationsRead(program));
  const { preview = false, signal, onPreparation } = options;
  const host = hostOf(model, { signal, ...(onPreparation && { onProgress: onPreparation }) });
  const prepared = await capability.prepare?.(host, { samples, seed, preview });
  const run = {
    program,
    capability,
    read,
    feeds: prepared?.feeds ?? {},
    request: { samples, seed, options: settings },
    work: options,
  };
  const work = {
    ...withBatchSize(options, program === undefined ? batchSizeFor(model) : batchSizeOf(program)),
    count: source.count,
  };
  const perImage = new Float64Array(source.count);
  let filled = 0;
  for await (const nats of inBatches(work, (first, size) =>
    scoreBatch(model, source, run, first, size),
  )) {
    perImage.set(nats, filled);
    filled += nats.length;
  }
  const missing = countMissing(source).values;
  const value = perImage.reduce((sum, nats) => sum + nats, 0) / source.count;
  return {
    value,
    units: "nats",
    rate: rateOf(value, capability, model.data),
    kind: capability.kind(samples, settings),
    protocol: {
      ...protocol,
      images: source.count,
      ...(missing > 0 && {
        missing: `${missing} of ${source.count * pixelsPerImage(model.data)} values`,
      }),
      samples,
      estimator: capability.estimator(samples, settings),
      ...prepared?.protocol,
      seed,
    },
    perImage,
  };
}

function rateOf(nats: number, { tokens }: ScoreCapability, shape: ImageShape): ScoreRate {
  const divisor = tokens ?? pixelsPerImage(shape) * Math.LN2;
  return { value: nats / divisor, unit: tokens === undefined ? "bits/dim" : "nats/token", divisor };
}

/**
 * Checks that a model can score these images before any work begins.
 *
 * @returns  the capability that scores them, the number of samples, and the settings
 * @throws UnavailableError, ConfigError, DataError as {@link score} does
 */
export function requireScorable(
  model: LoadedModel,
  source: ImageSource,
  options: Pick<ScoreOptions, "samples" | "options"> = {},
): {
  readonly capability: ScoreCapability;
  readonly samples: number;
  readonly settings: Settings;
} {
  const capability = requireCapability(model, "score");
  const { samples = capability.defaultSamples ?? 1 } = options;
  requireCount("the number of samples", samples);
  requireCount("the number of images", source.count);
  if (samples > capability.maxSamples) {
    throw new ConfigError(
      `${model.definition.id} takes at most ${capability.maxSamples} samples, not ${samples}`,
    );
  }
  const settings = settingsFor(model, "score", capability.options, options.options);
  if (capability.missing === undefined) requireWhole(source, "score", wholeOnly(model));
  return { capability, samples, settings };
}

/**
 * Refuses the finite score of a grey image by a model of pixels that are 0 or 1: such an image has no
 * probability, and the number would pass for that of another protocol.
 */
function requireBinary(
  { definition, data }: LoadedModel,
  source: ImageSource,
  first: number,
  { pixelsUnit }: HostBatch,
  nllNats: ArrayLike<number>,
): void {
  if (!data.binary) return;
  const size = pixelsPerImage(data);
  const grey = pixelsUnit.findIndex(
    (value, at) => value > 0 && value < 1 && Number.isFinite(nllNats[Math.floor(at / size)]),
  );
  if (grey < 0) return;
  const image = first + Math.floor(grey / size);
  throw new DataError(
    `image ${image} has a grey pixel (${pixelsUnit[grey]}), and this ${definition.id} scores only pixels of 0 and 1; binarise the images as those of its training were, with binarise of figment/data`,
    source.source,
  );
}

interface ScoreRun {
  /** Undefined when the host drives the score. */
  readonly program: ModelProgram | undefined;
  readonly capability: ScoreCapability;
  readonly read: ImageReader;
  readonly feeds: Feeds;
  readonly request: Omit<ScoreRequest, "first">;
  readonly work: WorkOptions;
}

async function scoreBatch(
  model: LoadedModel,
  source: ImageSource,
  run: ScoreRun,
  first: number,
  size: number,
): Promise<ArrayLike<number>> {
  const batch = await run.read(consecutive(first, size));
  const nllNats = await natsOf(model, source, run, first, batch);
  requireBinary(model, source, first, batch, nllNats);
  return nllNats;
}

async function natsOf(
  model: LoadedModel,
  source: ImageSource,
  { program, capability, feeds, request, work }: ScoreRun,
  first: number,
  batch: HostBatch,
): Promise<ArrayLike<number>> {
  const size = batch.count;
  const lacking = imageLackingPixels(model, batch.pixelsUnit);
  if (lacking !== undefined) {
    if (capability.missing !== undefined) return capability.missing(hostOf(model), batch);
    throw missingPixels(source, first + lacking, "score", wholeOnly(model));
  }
  if ("drive" in capability) {
    const { signal, onProgress } = work;
    const host = hostOf(model, {
      signal,
      onProgress: (share) => onProgress?.(first + share * size, source.count),
    });
    return capability.drive(host, batch, { first, ...request });
  }
  const { pixelsUnit, annotations } = batch;
  const { nllNats } = await (program as ModelProgram).run({
    state: model.state,
    feeds: { ...feeds, pixelsUnit, ...annotations },
    dims: { B: size },
    noise: { seed: request.seed, first },
  });
  return nllNats as Float32Array | Float64Array;
}
