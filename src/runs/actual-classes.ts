import { alignedReader } from "../core/align-annotations.js";
import { consecutive } from "../core/capabilities/batches.js";
import type { LoadedModel } from "../core/loaded-model.js";
import type { ImageSet } from "../data/image-set.js";

/**
 * The classes of images as the model numbers them; undefined where the images have no classes.
 *
 * @throws DataError when an image has a class that the model does not know
 */
export function actualClasses(
  { definition, data }: Pick<LoadedModel, "definition" | "data">,
  { annotations = {}, count }: ImageSet,
): Int32Array | undefined {
  if (annotations.class === undefined) return undefined;
  const read = alignedReader(annotations, data.annotations, ["class"], definition.id);
  return read(consecutive(0, count)).class;
}
