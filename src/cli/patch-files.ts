import type { Patches } from "../core/capabilities/assemble.js";
import { type LoadedModel, requireCapability } from "../core/loaded-model.js";
import { requireWhole } from "../core/missing-pixels.js";
import { type Binarisation, binarise } from "../data/binarise.js";
import { readImages } from "../data/image-set.js";
import { loadImages } from "../data/load-images.js";
import { UsageError } from "./errors.js";

/**
 * Loads the patches of one image.
 *
 * @param files  one file for each patch, or an array of them
 * @throws UsageError when there are not as many as the run takes
 * @throws DataError when a patch is of another size than the run's and `resize` is not set, or malformed
 */
export async function loadPatches(
  model: LoadedModel,
  files: readonly string[],
  binarisation: Binarisation,
  options: { readonly resize?: boolean },
): Promise<Patches> {
  const { patches, side } = requireCapability(model, "assemble").places;
  const [height, width] = side;
  const shape = { channels: model.data.channels, height, width };
  const set = binarise(await loadImages(files, shape, options), binarisation);
  if (set.count !== patches) {
    throw new UsageError(`this run assembles ${patches} patches of an image, not ${set.count}`);
  }
  requireWhole(set, "show", "patches are assembled only where no pixel is missing");
  return { count: 1, values: (await readImages(set)).pixelsUnit };
}
