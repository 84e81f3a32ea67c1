import { z } from "zod";
import type { AnnotationTraits } from "./annotations.js";
import type { DataTraits } from "./batch.js";

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

const size = z.int().min(1);

/** Data traits as stored in files. */
export const traitsSchema: z.ZodType<DataTraits> = z.strictObject({
  channels: size,
  height: size,
  width: size,
  binary: z.boolean(),
  levels: z.int().min(2).nullable(),
  annotations: annotationSchema,
});
