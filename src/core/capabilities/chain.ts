import { sliceAnnotations } from "../annotations.js";
import { pixelsPerImage } from "../batch.js";
import type { RenderOptions } from "../capability.js";
import { ConfigError, DataError } from "../errors.js";
import type { Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import {
  batchSizeFor,
  driveInBatches,
  joinBatches,
  requireCount,
  toImages,
  withBatchSize,
} from "./batches.js";
import { conditionFor } from "./condition.js";
import { checkedTemperature } from "./sample.js";

export interface ChainOptions extends WorkOptions, Partial<RenderOptions> {
  /** Number of chains. */
  readonly count: number;
  /** States to keep of each chain; 16 by default. */
  readonly frames?: number;
  /** Steps from one kept state to the next; 1 by default. */
  readonly every?: number;
  readonly seed?: number;
  /** ≥ 0; up to 1e-6 counts as 0, the mode (src/nn/temperature.ts). 1 by default. */
  readonly temperature?: number;
  /** One start image per chain; by default the model chooses. */
  readonly start?: Images;
}

/**
 * Runs the Markov chains that a model samples with and keeps their states.
 *
 * @returns  count · frames images: one strip per chain
 * @throws UnavailableError when the model does not sample with a chain
 * @throws ConfigError when an option is out of range
 */
export async function chain(model: LoadedModel, options: ChainOptions): Promise<Images> {
  const { count, frames = 16, every = 1, seed = 0, draw = false, start } = options;
  const { drive } = requireCapability(model, "chain");
  requireCount("the number of chains", count);
  requireCount("the seed", seed, 0);
  requireCount("the number of frames", frames);
  requireCount("the number of steps between frames", every);
  const temperature = checkedTemperature(options.temperature);
  const pixels = pixelsPerImage(model.data);
  if (start !== undefined && start.pixelsUnit.length !== count * pixels) {
    throw new ConfigError(`${count} chains need ${count} start images of ${pixels} pixels`);
  }
  if (start?.pixelsUnit.some(Number.isNaN)) {
    throw new DataError("the start image of a chain has missing pixels (NaN)");
  }
  const annotations = conditionFor(model, count);
  const work = withBatchSize(options, batchSizeFor(model, frames));
  const strips = driveInBatches(model, work, (host, first, size) =>
    drive(host, {
      size,
      first,
      seed,
      temperature,
      draw,
      frames,
      every,
      annotations: sliceAnnotations(model.data.annotations, annotations, first, size),
      start: start?.pixelsUnit.subarray(first * pixels, (first + size) * pixels),
    }),
  );
  return toImages(model, await joinBatches(strips));
}
