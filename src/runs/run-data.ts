import type { DataSpec } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";

/** A split of the data that a run was trained on, brought to the same size and channels. */
export function loadDataOf(
  { source, channels, resize }: DataSpec,
  split: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  return loadDataset(source, { ...options, split, channels, ...(resize && { size: resize }) });
}
