import { z } from "zod";
import { classCount } from "../../core/annotations.js";
import type { DataTraits } from "../../core/batch.js";
import { countUpTo, width } from "../../core/config-schema.js";
import { ConfigError } from "../../core/errors.js";
import { type Head, headFields, headFor } from "./heads/index.js";

/** A number of features. */
export const features = width;
/** Rows or columns of a window. */
export const oddWindow = countUpTo(255, 3);

/** Settings that all models of pixels in raster order share. */
export const rasterFields = {
  firstKernel: oddWindow.default(7).describe("rows and columns of the first layer's window; odd"),
  outputFeatures: features.default(32).describe("feature maps between the two last layers"),
  location: z
    .boolean()
    .default(true)
    .describe("tells the network in which row and column it is, by learned vectors"),
  ...headFields,
  conditional: z
    .boolean()
    .default(false)
    .describe("learns each class of labelled images, and draws images of a class"),
};

type RasterConfig = z.output<z.ZodObject<typeof rasterFields>>;

/** What such a model learns of, and how it says so. */
export interface RasterModel {
  readonly head: Head;
  /** Number of classes of a conditional model; 0 without. */
  readonly classes: number;
}

/**
 * The head and the classes that settings ask for, for data of this kind.
 *
 * @param maps   settings that channels share, by key: numbers of feature maps
 * @throws ConfigError where settings do not go together, or not with the images
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
        `${id}: ${key}=${value} cannot be shared out among ${head.groups} channels; name a multiple of ${head.groups}`,
      );
    }
  }
  const classes = classCount(data.annotations);
  if (config.conditional && classes === 0) {
    throw new ConfigError(
      `${id}: conditional=true needs labelled images, and these have no labels`,
    );
  }
  return { head, classes: config.conditional ? classes : 0 };
}

/** @throws ConfigError where a window has no pixel in its middle */
export function requireCentre(id: string, key: string, value: number): void {
  if (value % 2 === 0) {
    throw new ConfigError(`${id}: ${key}=${value} has no centre; name an odd number`);
  }
}
