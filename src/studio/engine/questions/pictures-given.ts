import { z } from "zod";
import { pixelsPerImage } from "../../../core/batch.js";
import { DataError } from "../../../core/errors.js";
import type { ImageSource } from "../../../core/images.js";
import { inMemory } from "../../../core/images.js";
import { subset } from "../../../data/image-set.js";
import { floats } from "./arrays.js";
import { requireImages, type Subject } from "./question.js";

/** Pictures that a question is about: some of the training images, or pixels from the page. */
export const picturesGiven = z.union([
  z.strictObject({
    /** Numbers of images in the data set. */
    indices: z.array(z.int().min(0)).min(1).max(4096),
  }),
  z.strictObject({
    /** [N, C, H, W] in [0, 1] of the model's shape */
    pixelsUnit: floats,
    /** The class of each, for a model that reads it. */
    classes: z.array(z.int().min(0)).optional(),
  }),
]);

/**
 * The images that a request speaks of.
 *
 * @throws DataError when pixels do not make whole images of the model's shape, or an index is outside
 * @throws UnavailableError when the data of a run is not here
 */
export function givenImages(subject: Subject, given: z.output<typeof picturesGiven>): ImageSource {
  if ("indices" in given) return subset(requireImages(subject), given.indices);
  const { data } = subject.model;
  const count = given.pixelsUnit.length / pixelsPerImage(data);
  if (!Number.isInteger(count) || count === 0) {
    throw new DataError(
      `${given.pixelsUnit.length} values are no images of ${data.channels}×${data.height}×${data.width}`,
    );
  }
  const names = data.annotations.class?.names;
  const source = inMemory(given.pixelsUnit, count);
  if (given.classes === undefined || names === undefined) return source;
  const values = Int32Array.from({ length: count }, (_, at) => given.classes?.[at] ?? 0);
  return { ...source, annotations: { class: { names, values } } };
}
