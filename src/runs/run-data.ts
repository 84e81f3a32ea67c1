import { type DataSpec, loadingOf } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";

/**
 * Loads a split of the data that a run was trained on, as it was loaded for training: resized, but not
 * yet binarised.
 */
export function loadDataOf(
  spec: DataSpec,
  split: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  return loadDataset(spec.source, { ...options, split, ...loadingOf(spec) });
}
