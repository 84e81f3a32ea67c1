import { z } from "zod";
import type { AnnotationTraits } from "./annotations.js";

const names = z.array(z.string().max(1000)).min(1).max(100_000);

/** What annotations mean, as files keep it. */
export const annotationSchema: z.ZodType<AnnotationTraits> = z
  .strictObject({
    class: z.strictObject({ names }).optional(),
    attributes: z.strictObject({ names }).optional(),
    caption: z.strictObject({ vocabulary: names, length: z.int().min(1).max(10_000) }).optional(),
  })
  .transform(
    (traits) =>
      Object.fromEntries(
        Object.entries(traits).filter(([, value]) => value !== undefined),
      ) as AnnotationTraits,
  );
