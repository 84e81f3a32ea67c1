import { input } from "../../tensor/tensor.js";
import { sliceAnnotations } from "../annotations.js";
import { pixelsPerImage } from "../batch.js";
import type { RenderOptions } from "../capability.js";
import type { Host, Settings } from "../driven.js";
import { ConfigError } from "../errors.js";
import type { Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { batchInputs } from "../state.js";
import {
  batchSizeFor,
  batchSizeOf,
  driveInBatches,
  joinBatches,
  requireCount,
  runInBatches,
  toImages,
  withBatchSize,
} from "./batches.js";
import { type Condition, conditionFor } from "./condition.js";
import { settingsFor } from "./settings.js";

const MAX_BYTES = 2e9;

/** How a model draws. */
export interface Sampling {
  /**
   * Scales the spread of the noise; 1 by default. Up to 1e-6 counts as 0, the mode
   * (src/nn/temperature.ts).
   */
  readonly temperature?: number;
  /** Settings of the model's sampler; those not named take their defaults. */
  readonly options?: Settings;
}

export interface SampleOptions
  extends WorkOptions,
    Partial<RenderOptions>,
    Sampling,
    Pick<Host, "onPartial"> {
  readonly count: number;
  /** The same seed gives the same images on any backend and with any batch size. 0 by default. */
  readonly seed?: number;
  /** What to draw, for a conditional model; every class in turn by default. */
  readonly condition?: Condition;
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
  const sampler = requireCapability(model, "sample");
  const { count, seed = 0, draw = false } = options;
  requireCount("the number of samples", count);
  requireCount("the seed", seed, 0);
  const { temperature, options: settings } = checkedSampling(model, options);
  const annotations = conditionFor(model, count, options.condition);
  const part = (first: number, size: number) =>
    sliceAnnotations(model.data.annotations, annotations, first, size);
  if (typeof sampler !== "function") {
    const work = withBatchSize(options, batchSizeFor(model, 1, sampler.bytesPerImage));
    const drawn = driveInBatches(model, work, (host, first, size) =>
      sampler.drive(host, {
        size,
        first,
        seed,
        temperature,
        draw,
        annotations: part(first, size),
        options: settings,
      }),
    );
    for await (const pixelsUnit of drawn) yield toImages(model, pixelsUnit);
    return;
  }
  const program = await model.program(`sample.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: sampler(scope, "B", {
      draw,
      temperature: input("temperature", []),
      annotations: batchInputs(model.data).annotations,
    }),
  }));
  const feeds = (first: number, size: number) => ({
    temperature: Float32Array.of(temperature),
    ...part(first, size),
  });
  const run = { ...withBatchSize(options, batchSizeOf(program)), feeds };
  for await (const pixelsUnit of runInBatches(model, program, run)) {
    yield toImages(model, pixelsUnit);
  }
}

/**
 * How a model draws, with every setting of its sampler.
 *
 * @throws UnavailableError when the model cannot sample
 * @throws ConfigError when the temperature or a setting is out of range, or there is no such setting
 */
export function checkedSampling(
  model: LoadedModel,
  { temperature, options }: Sampling,
): Required<Sampling> {
  const sampler = requireCapability(model, "sample");
  const schema = typeof sampler === "function" ? undefined : sampler.options;
  return {
    temperature: checkedTemperature(temperature),
    options: settingsFor(model, "sampler", schema, options),
  };
}

/** @throws ConfigError when a temperature is out of range */
export function checkedTemperature(temperature = 1): number {
  if (temperature >= 0 && Number.isFinite(temperature)) return temperature;
  throw new ConfigError(`the temperature must be a number ≥ 0, not ${temperature}`);
}

/**
 * {@link sampleBatches}, with all images in memory.
 *
 * @throws ConfigError when the images need more than 2 GB; draw them batch by batch instead
 */
export async function sample(model: LoadedModel, options: SampleOptions): Promise<Images> {
  const bytes = options.count * pixelsPerImage(model.data) * Float32Array.BYTES_PER_ELEMENT;
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
