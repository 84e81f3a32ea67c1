import { z } from "zod";
import type { DataTraits } from "../../core/batch.js";
import { countUpTo, width } from "../../core/config-schema.js";
import { ConfigError } from "../../core/errors.js";
import { MOST_STEPS } from "../../tensor/recurrence.js";
import { classesFor, conditional } from "../conditional.js";
import { type Head, headFields, headFor } from "./heads/index.js";

/** Schema of a number of features. */
export const features = width;
/** Schema of a window's rows or columns. */
export const oddWindow = countUpTo(255, 3);

/** Settings shared by all models of pixels in raster order. */
export const rasterFields = {
  firstKernel: oddWindow.default(7).describe("rows and columns of the first layer's window; odd"),
  outputFeatures: features.default(32).describe("feature maps between the last two layers"),
  location: z
    .boolean()
    .default(true)
    .describe("gives the network learned embeddings of each pixel's row and column"),
  ...headFields,
  conditional,
};

type RasterConfig = z.output<z.ZodObject<typeof rasterFields>>;

/** The head of a raster model, and the number of its classes. */
export interface RasterModel {
  readonly head: Head;
  /** Number of classes of a conditional model, otherwise 0. */
  readonly classes: number;
}

/**
 * The head and the classes that settings select for this data.
 *
 * @param maps   numbers of feature maps that the channels divide among them, by setting
 * @throws ConfigError when settings contradict each other or the images
 */
export function rasterModelOf(
  id: string,
  config: RasterConfig,
  data: DataTraits,
  maps: Readonly<Record<string, number>>,
): RasterModel {
  const head = headFor(id, config, data);
  requireCentre(id, "firstKernel", config.firstKernel);
  for (const [key, value] of Object.entries({ ...maps, outputFeatures: config.outputFeatures })) {
    if (value % head.groups !== 0) {
      throw new ConfigError(
        `${id}: ${key}=${value} cannot be divided among ${head.groups} channels; use a multiple of ${head.groups}`,
      );
    }
  }
  return { head, classes: classesFor(id, config, data) };
}

/** @throws ConfigError for an even window, which has no centre */
export function requireCentre(id: string, key: string, value: number): void {
  if (value % 2 === 0) {
    throw new ConfigError(`${id}: ${key}=${value} has no centre; use an odd number`);
  }
}

/** @throws ConfigError for images over which the recurrence is too long to be unrolled */
export function requireUnrollable(id: string, lines: string, count: number): void {
  if (count > MOST_STEPS) {
    throw new ConfigError(
      `${id}: the images have ${count} ${lines}; at most ${MOST_STEPS} are possible`,
    );
  }
}
