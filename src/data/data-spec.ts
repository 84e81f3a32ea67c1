import { z } from "zod";
import { annotationTraits } from "../core/annotations.js";
import type { DataTraits } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import {
  annotationSchema,
  imageSide,
  isBuildable,
  levelCount,
  TOO_LARGE,
} from "../core/traits-schema.js";
import { Augmentation } from "./augment.js";
import { Binarisation } from "./binarise.js";
import type { ImageSet } from "./image-set.js";
import { Resize } from "./resize.js";

/**
 * What a run records about its data: enough to sample without it, and to load more of the same
 * kind.
 */
export const DataSpec = z
  .strictObject({
    name: z.string().min(1).describe("name of the data"),
    source: z.string().min(1).describe("a data set's name or an absolute path"),
    channels: imageSide.describe("1 for grey (colour converts by Rec. 601 luma), 3 for colour"),
    height: imageSide.describe("pixels"),
    width: imageSide.describe("pixels"),
    levels: levelCount
      .nullable()
      .default(null)
      .describe("number of values a pixel can have before binarisation; null for floats"),
    resize: Resize.nullable().default(null).describe("the size images were resized to, if any"),
    binarisation: Binarisation.default({ mode: "none", seed: 0 }).describe(
      "how grey becomes 0 or 1",
    ),
    skipDamaged: z.boolean().default(false).describe("whether damaged image files are skipped"),
    augmentation: Augmentation.nullable()
      .default(null)
      .describe("how training images are varied in each epoch, if at all"),
    validation: z
      .strictObject({
        fraction: z.number().gt(0).lt(1).describe("share of the train split"),
        seed: z.int().min(0).describe("seed of the split"),
      })
      .nullable()
      .default(null)
      .describe("the part held out of the train split, if any"),
    annotations: annotationSchema
      .default({})
      .describe("annotations of the images, and the meaning of their numbers"),
  })
  .refine(isBuildable, TOO_LARGE);
export type DataSpec = z.output<typeof DataSpec>;

/** Preparation of a set for a model. */
export type Preprocessing = Partial<
  Pick<DataSpec, "resize" | "binarisation" | "validation" | "skipDamaged" | "augmentation">
>;

/** Options of `loadDataset` that load the data of a specification again. */
export function loadingOf({ channels, resize, skipDamaged }: DataSpec) {
  return { channels, ...(skipDamaged && { skipDamaged }), ...(resize && { size: resize }) };
}

/** The specification of a loaded set, before binarisation. */
export function dataSpecOf(set: ImageSet, preprocessing: Preprocessing = {}): DataSpec {
  const { name, source, channels, height, width, levels = null, annotations = {} } = set;
  return parseDataSpec({
    name,
    source,
    channels,
    height,
    width,
    levels,
    annotations: annotationTraits(annotations),
    ...preprocessing,
  });
}

/** @throws ConfigError naming every key that is unknown or out of range */
export function parseDataSpec(raw: unknown): DataSpec {
  const parsed = DataSpec.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`the data specification is invalid:\n${z.prettifyError(parsed.error)}`);
}

/** The traits of this kind of data, for a model. */
export function dataTraits(spec: DataSpec): DataTraits {
  const { channels, height, width, binarisation, annotations } = spec;
  const levels = binarisation.mode === "none" ? spec.levels : 2;
  return { channels, height, width, binary: levels === 2, levels, annotations };
}
