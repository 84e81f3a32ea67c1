import { z } from "zod";
import type { AnnotationTraits } from "./annotations.js";
import { type DataTraits, type ImageShape, pixelsPerImage } from "./batch.js";

const names = z.array(z.string().max(1000)).min(1).max(100_000);

/** Annotation traits as stored in files. */
export const annotationSchema = z
  .strictObject({
    class: z.strictObject({ names }).optional(),
    attributes: z.strictObject({ names }).optional(),
    caption: z.strictObject({ vocabulary: names, length: z.int().min(1).max(10_000) }).optional(),
  })
  .transform((traits): AnnotationTraits => {
    const present = Object.entries(traits).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present);
  });

/** Values of the largest image, such as 2,365 × 2,365 in colour: no model here could hold a larger one. */
const MOST_VALUES = 2 ** 24;

/** Whether a model can be built for images of this size; for schemas. */
export const isBuildable = (shape: ImageShape): boolean => pixelsPerImage(shape) <= MOST_VALUES;
export const TOO_LARGE = `an image may have ${MOST_VALUES} values: channels × height × width`;

/** One side of an image, in pixels, or its number of channels. */
export const imageSide = z.int().min(1).max(MOST_VALUES);
/** Values that a pixel can have. */
export const levelCount = z.int().min(2).max(65_536);

/** Data traits as stored in files. */
export const traitsSchema: z.ZodType<DataTraits> = z
  .strictObject({
    channels: imageSide,
    height: imageSide,
    width: imageSide,
    binary: z.boolean(),
    levels: levelCount.nullable(),
    annotations: annotationSchema,
  })
  .refine(isBuildable, TOO_LARGE);
