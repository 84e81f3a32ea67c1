import { z } from "zod";
import type { DataTraits } from "../../core/batch.js";
import { countUpTo } from "../../core/config-schema.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { and, cast, lessEqual, mul, round, where } from "../../tensor/ops/elementwise.js";
import { flatten } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Settings shared by all models of counts. */
export const countingKeys = {
  levels: countUpTo(65_536, 0)
    .default(0)
    .describe("number of values to round pixels to; 0 keeps the data's own"),
  smoothing: z
    .number()
    .min(0)
    .default(0.5)
    .describe("pseudo-count of every outcome; 0 is maximum likelihood, 1 is Laplace's rule"),
};

export interface CountingConfig {
  readonly levels: number;
  readonly smoothing: number;
}

/**
 * Number of values of a pixel.
 *
 * @throws ConfigError when it is 1, or neither the setting nor the data gives it
 */
export function levelsOf(id: string, { levels }: CountingConfig, data: DataTraits): number {
  const chosen = levels === 0 ? data.levels : levels;
  if (chosen === null) {
    throw new ConfigError(
      `${id} counts values, but these pixels are real numbers; choose how many values to round them to, such as --set levels=16`,
    );
  }
  if (chosen < 2) throw new ConfigError(`${id}: a pixel needs at least 2 levels, not ${chosen}`);
  return chosen;
}

/** What a score measures, for its protocol. */
export function describeLevels(levels: number, data: DataTraits): string {
  if (levels === data.levels) return `probability of pixels of ${levels} values`;
  return `probability of pixels rounded to ${levels} values`;
}

/** What a model says to outcomes that it has never seen, for its protocol. */
export const describeZeros = ({ smoothing }: Pick<CountingConfig, "smoothing">): string =>
  smoothing === 0 ? "; what was never seen has probability 0" : "";

/** Categories of pixels, and whether each pixel has one. */
export interface Categories {
  /** int32 [B, D], each below the number of levels; 0 if the pixel has no category. */
  readonly values: Tensor;
  /** bool [B, D]: whether the pixel is in [0, 1]. */
  readonly valid: Tensor;
}

/** The nearest of equally spaced levels. @param pixelsUnit [B, C, H, W] */
export function categoriesOf(pixelsUnit: Tensor, levels: number): Categories {
  const pixels = flatten(pixelsUnit);
  const valid = and(lessEqual(0, pixels), lessEqual(pixels, 1));
  const scaled = where(valid, round(mul(pixels, levels - 1)), 0);
  return { values: cast(scaled, "int32"), valid };
}

/** The category of a missing pixel, on the host. */
export const MISSING = -1;

/**
 * {@link categoriesOf} on the host, with {@link MISSING} for NaN.
 *
 * @throws DataError when a pixel is outside [0, 1]
 */
export function hostCategories(pixelsUnit: Float32Array, levels: number): Int32Array {
  return Int32Array.from(pixelsUnit, (pixel) => {
    if (Number.isNaN(pixel)) return MISSING;
    if (pixel >= 0 && pixel <= 1) return roundToEven(Math.fround(pixel * (levels - 1)));
    throw new DataError(`a pixel is ${pixel}, which is outside [0, 1] and has no category`);
  });
}

/** Rounds like the operator `round`. */
function roundToEven(value: number): number {
  const lower = Math.floor(value);
  const above = value - lower;
  if (above === 0.5) return lower + (lower % 2);
  return above < 0.5 ? lower : lower + 1;
}

/** The pixel value of a category, in [0, 1]. */
export const pixelOf = (category: number, levels: number): number => category / (levels - 1);
