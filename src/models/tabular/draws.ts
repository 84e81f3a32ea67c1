import { UnavailableError } from "../../core/errors.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import type { Model } from "../../core/model.js";
import type { StateValues } from "../../runtime/program.js";
import { stream } from "../../runtime/random.js";

/** One draw in the making of an image. */
export interface Draw {
  /** The variables that the draw determines, numbered as in [C, H, W]: one, or all in a table. */
  readonly variables: readonly number[];
  /** Values that the distribution is conditioned on, the nearest last. */
  readonly given: readonly number[];
  /** [K + 1] bounds of the outcomes' intervals in [0, 1). */
  readonly bounds: Float64Array;
  /** The uniform number in [0, 1). */
  readonly u: number;
  /** The outcome: bounds[index] ≤ u < bounds[index + 1]. */
  readonly index: number;
}

/** Selects the sample whose draws to trace. */
export interface DrawRequest {
  /** The seed of `sample`; 0 by default. */
  readonly seed?: number;
  /** Index of the sampled image; 0 by default. */
  readonly image?: number;
  readonly temperature?: number;
}

/** A model that draws its samples from tables of probabilities. */
export interface TabularModel extends Model {
  /** All draws, in order, of an image that `sample` returns for the same seed. */
  draws(values: StateValues, request: Required<DrawRequest>): Draw[];
}

/**
 * Traces how a tabular model draws an image: the intervals of each draw, the uniform number, and the
 * interval that it fell into. `sample` with the same seed and temperature returns the same image.
 *
 * @throws UnavailableError when the model does not draw from tables
 */
export async function traceDraws(model: LoadedModel, request: DrawRequest = {}): Promise<Draw[]> {
  const { seed = 0, image = 0, temperature = 1 } = request;
  if (!("draws" in model.model)) {
    throw new UnavailableError(`${model.definition.id} does not draw its images from tables`);
  }
  const { draws } = model.model as TabularModel;
  return draws(await model.values(), { seed, image, temperature });
}

/**
 * Uniform numbers on [0, 1) in steps of 2⁻⁴⁸, fine enough to hit the intervals of rare outcomes at the
 * right rate.
 *
 * @param each   numbers per image
 * @param first  position of the first image; an image's numbers depend only on its position
 * @returns      [images · each]
 */
export function uniforms(seed: number, each: number, first: number, images: number): Float64Array {
  const parts = new Float64Array(2 * each * images);
  stream(seed, "intervals").uniform(parts, 2 * each * first);
  return Float64Array.from(
    { length: each * images },
    (_, index) => parts[2 * index] + parts[2 * index + 1] * 2 ** -24,
  );
}
