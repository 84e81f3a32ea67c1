import { input } from "../../tensor/tensor.js";
import { ConfigError } from "../errors.js";
import {
  type Images,
  type LoadedModel,
  requireCapability,
  type WorkOptions,
} from "../loaded-model.js";
import type { RenderOptions } from "../model.js";
import {
  batchSizeFor,
  joinBatches,
  pixelsPerImage,
  requireCount,
  runInBatches,
  toImages,
} from "./batches.js";

const MAX_BYTES = 2e9;

export interface SampleOptions extends WorkOptions, Partial<RenderOptions> {
  readonly count: number;
  /** The same seed gives the same images, on any backend and in any batches. 0 by default. */
  readonly seed?: number;
  /** Scales the spread of the latent noise; 1 by default, 0 gives the mode of the prior. */
  readonly temperature?: number;
}

/**
 * Draws new images, batch by batch.
 *
 * @throws UnavailableError when the model cannot sample
 * @throws ConfigError when an option is out of range
 */
export async function* sampleBatches(
  model: LoadedModel,
  options: SampleOptions,
): AsyncGenerator<Images> {
  const { count, temperature = 1, draw = false } = options;
  const trace = requireCapability(model, "sample");
  requireCount("the number of samples", count);
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new ConfigError(`the temperature must be a number ≥ 0, not ${temperature}`);
  }
  const program = await model.program(`sample.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: trace(scope, "B", { draw, temperature: input("temperature", []) }),
  }));
  const feeds = { temperature: Float32Array.of(temperature) };
  const run = { batchSize: batchSizeFor(model), ...options, feeds: () => feeds };
  for await (const pixelsUnit of runInBatches(model, program, run)) {
    yield toImages(model, pixelsUnit);
  }
}

/**
 * {@link sampleBatches}, all in memory.
 *
 * @throws ConfigError when the images need more than 2 GB; draw them batch by batch instead
 */
export async function sample(model: LoadedModel, options: SampleOptions): Promise<Images> {
  const bytes = options.count * pixelsPerImage(model) * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > MAX_BYTES) {
    throw new ConfigError(
      `${options.count} images need ${(bytes / 1e9).toFixed(1)} GB of memory; draw them in parts with different seeds`,
    );
  }
  const pixels = async function* () {
    for await (const { pixelsUnit } of sampleBatches(model, options)) yield pixelsUnit;
  };
  return toImages(model, await joinBatches(pixels()));
}
