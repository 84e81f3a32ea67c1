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

/** What a run remembers of its data: enough to sample without it, and to read more of the same kind. */
export const DataSpec = z
  .strictObject({
    name: z.string().min(1).describe("what the data is called"),
    source: z.string().min(1).describe("a data set's name or an absolute path"),
    channels: imageSide.describe(
      "1 for grey (Rec. 601 luma where it is made of colour), 3 for colour",
    ),
    height: imageSide.describe("pixels"),
    width: imageSide.describe("pixels"),
    levels: levelCount
      .nullable()
      .default(null)
      .describe("values a pixel can have, before binarisation; null for floats"),
    resize: Resize.nullable().default(null).describe("the size images were brought to, if any"),
    binarisation: Binarisation.default({ mode: "none", seed: 0 }).describe(
      "how grey becomes 0 or 1",
    ),
    skipDamaged: z
      .boolean()
      .default(false)
      .describe("whether image files that are damaged are left out"),
    augmentation: Augmentation.nullable()
      .default(null)
      .describe("how training images are varied at each epoch, if they are"),
    validation: z
      .strictObject({
        fraction: z.number().gt(0).lt(1).describe("share of the train split"),
        seed: z.int().min(0).describe("decides who is in it"),
      })
      .nullable()
      .default(null)
      .describe("what was held out of the train split, if anything"),
    annotations: annotationSchema
      .default({})
      .describe("what is known of each image besides its pixels, and what its numbers mean"),
  })
  .refine(isBuildable, TOO_LARGE);
export type DataSpec = z.output<typeof DataSpec>;

/** What was done to a set on the way to a model. */
export type Preprocessing = Partial<
  Pick<DataSpec, "resize" | "binarisation" | "validation" | "skipDamaged" | "augmentation">
>;

/** How data of a specification is loaded again: what `loadDataset` takes besides source and split. */
export function loadingOf({ channels, resize, skipDamaged }: DataSpec) {
  return { channels, ...(skipDamaged && { skipDamaged }), ...(resize && { size: resize }) };
}

/** The specification of a set as loaded, before it is binarised. */
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
  throw new ConfigError(`the data specification is not valid:\n${z.prettifyError(parsed.error)}`);
}

/** What a model may know of data of this kind. */
export function dataTraits(spec: DataSpec): DataTraits {
  const { channels, height, width, binarisation, annotations } = spec;
  const levels = binarisation.mode === "none" ? spec.levels : 2;
  return { channels, height, width, binary: levels === 2, levels, annotations };
}
