import { z } from "zod";
import { type AnnotationTensors, classCount, requireAnnotation } from "../core/annotations.js";
import type { DataTraits } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import { oneHot } from "../tensor/ops/indexing.js";
import type { Tensor } from "../tensor/tensor.js";

/** The setting of a model that can learn p(image | class). */
export const conditional = z
  .boolean()
  .default(false)
  .describe("learn each class of labelled images, and draw images of a class");

/**
 * The number of classes that a model is conditioned on; 0 where it is not.
 *
 * @param setting  what asks for it, as messages name it
 * @throws ConfigError when it is to be conditional and the images have no classes
 */
export function classesFor(
  id: string,
  config: { readonly conditional: boolean },
  { annotations }: Pick<DataTraits, "annotations">,
  setting = "conditional",
): number {
  if (!config.conditional) return 0;
  const classes = classCount(annotations);
  if (classes > 0) return classes;
  throw new ConfigError(`${id}: ${setting}=true needs labelled images, but these have no labels`);
}

/** The classes of a batch, 1 at its own and 0 elsewhere: [B, K]; undefined for no classes. */
export const oneHotClasses = (
  annotations: AnnotationTensors,
  classes: number,
): Tensor | undefined =>
  classes === 0 ? undefined : oneHot(requireAnnotation(annotations, "class"), classes);
