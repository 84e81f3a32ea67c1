import { UnavailableError } from "../../core/errors.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import type { Model } from "../../core/model.js";
import type { StateValues } from "../../runtime/program.js";
import { stream } from "../../runtime/random.js";

/** One draw on the way to an image. */
export interface Draw {
  /** The variables that the draw decides, as [C, H, W] numbers them: one, or all of a table. */
  readonly variables: readonly number[];
  /** Values of the variables that the distribution depends on, the nearest last. */
  readonly given: readonly number[];
  /** [K + 1] bounds of the intervals of the outcomes in [0, 1). */
  readonly bounds: Float64Array;
  /** The uniform draw, in [0, 1). */
  readonly u: number;
  /** The outcome: bounds[index] ≤ u < bounds[index + 1]. */
  readonly index: number;
}

/** A sample of which one wants to see the draws. */
export interface DrawRequest {
  /** As for `sample`; 0 by default. */
  readonly seed?: number;
  /** Which of the sampled images, from 0. */
  readonly image?: number;
  readonly temperature?: number;
}

/** A model whose samples are drawn from tables, one interval after the other. */
export interface TabularModel extends Model {
  /** Every draw of an image that `sample` gives for the same seed, in order. */
  draws(values: StateValues, request: Required<DrawRequest>): Draw[];
}

/**
 * How an image of a tabular model comes about: for each draw its intervals, the uniform number and
 * the interval that it fell into. `sample` with the same seed and temperature gives the same image.
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
 * Uniform numbers on [0, 1), in steps of 2⁻⁴⁸, so that intervals of rare outcomes are hit as often as
 * they should be.
 *
 * @param each   numbers an image
 * @param first  position of the first image; an image's numbers depend on it alone
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
