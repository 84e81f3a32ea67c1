import { input } from "../../tensor/tensor.js";
import { ConfigError } from "../errors.js";
import {
  type Images,
  type LoadedModel,
  requireCapability,
  type WorkOptions,
} from "../loaded-model.js";
import type { RenderOptions } from "../model.js";
import { batchSizeFor, joinArrays, requireCount, spans, toImages } from "./batches.js";

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
  const { count, seed = 0, temperature = 1, draw = false } = options;
  const trace = requireCapability(model, "sample");
  requireCount("the number of samples", count);
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new ConfigError(`the temperature must be a number ≥ 0, not ${temperature}`);
  }
  const program = await model.program(`sample.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: trace(scope, "B", { draw, temperature: input("temperature", []) }),
  }));
  for await (const { first, size } of spans(count, batchSizeFor(model), options)) {
    const { pixelsUnit } = await program.run({
      state: model.state,
      feeds: { temperature: Float32Array.of(temperature) },
      dims: { B: size },
      noise: { seed, first },
    });
    yield toImages(model, pixelsUnit as Float32Array);
  }
}

/** {@link sampleBatches}, all in memory. */
export async function sample(model: LoadedModel, options: SampleOptions): Promise<Images> {
  const parts: Float32Array[] = [];
  for await (const { pixelsUnit } of sampleBatches(model, options)) parts.push(pixelsUnit);
  return toImages(model, joinArrays(parts));
}
