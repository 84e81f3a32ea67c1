import { ConfigError } from "../errors.js";
import {
  type ImageSource,
  type LoadedModel,
  requireCapability,
  type WorkOptions,
} from "../loaded-model.js";
import type { ScoreKind } from "../model.js";
import {
  batchSizeFor,
  imageFeeds,
  imageInput,
  joinBatches,
  pixelsPerImage,
  requireCount,
  runInBatches,
} from "./batches.js";

export interface ScoreOptions extends WorkOptions {
  /** Importance samples an image; 1 by default. */
  readonly samples?: number;
  readonly seed?: number;
  /** What is known of the images, such as data set, split and binarisation, for the protocol. */
  readonly protocol?: Readonly<Record<string, string | number>>;
}

/** Negative log-likelihoods with all that is needed to compare them with others. */
export interface Score {
  /** Mean over the images, in nats. */
  readonly value: number;
  readonly units: "nats";
  /** The mean in bits for each pixel and channel. */
  readonly bitsPerDim: number;
  readonly kind: ScoreKind;
  readonly protocol: Readonly<Record<string, string | number>>;
  /** Nats of each image, in the source's order: the highest is the most anomalous. */
  readonly perImage: Float64Array;
}

/**
 * How improbable a model finds each image.
 *
 * @throws UnavailableError when the model has no density
 * @throws ConfigError when the number of samples is out of range, or there are no images
 */
export async function score(
  model: LoadedModel,
  source: ImageSource,
  options: ScoreOptions = {},
): Promise<Score> {
  const { samples = 1, seed = 0, protocol = {} } = options;
  const capability = requireCapability(model, "score");
  requireCount("the number of samples", samples);
  requireCount("the number of images", source.count);
  if (samples > capability.maxSamples) {
    throw new ConfigError(
      `${model.definition.id} takes at most ${capability.maxSamples} samples an image, not ${samples}`,
    );
  }
  const program = await model.program(`score.${samples}`, (scope) => ({
    nllNats: capability.trace(scope, imageInput(model), samples),
  }));
  const run = {
    batchSize: batchSizeFor(model, samples),
    ...options,
    count: source.count,
    feeds: imageFeeds(model, source),
  };
  const perImage = Float64Array.from(await joinBatches(runInBatches(model, program, run)));
  const value = perImage.reduce((sum, nats) => sum + nats, 0) / source.count;
  return {
    value,
    units: "nats",
    bitsPerDim: value / (pixelsPerImage(model) * Math.LN2),
    kind: capability.kind(samples),
    protocol: {
      ...protocol,
      images: source.count,
      samples,
      estimator: capability.estimator(samples),
      seed,
    },
    perImage,
  };
}
