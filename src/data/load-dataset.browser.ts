import { ConfigError } from "../core/errors.js";
import { findNamed } from "./dataset-variants.js";
import { digits } from "./digits.js";
import type { ImageSet } from "./image-set.js";
import { loadNamed, type NamedLoadOptions } from "./load-named.js";
import type { NamedDataset } from "./named-dataset.js";
import { planarDatasets } from "./planar/planar-datasets.js";
import { scenesDigits } from "./scenes/scenes-digits.js";
import { shapes } from "./shapes/shapes.js";

/** Data sets that a page can load: those that ship with Figment or are drawn from nothing else. */
export const datasets: readonly NamedDataset[] = [digits, scenesDigits, shapes, ...planarDatasets];

/**
 * Loads a data set by name, with options for a drawn one: `digits`, `shapes:seed=3`.
 *
 * @throws ConfigError when the name, an option, the split or the size is invalid
 * @throws DataError when its files cannot be fetched or are damaged
 */
export async function loadDataset(name: string, options: NamedLoadOptions = {}): Promise<ImageSet> {
  const dataset = findNamed(datasets, name);
  if (dataset !== undefined) return loadNamed(dataset, options, async () => "");
  throw new ConfigError(
    `a page has no data set "${name}"; it has ${datasets.map((known) => known.name).join(", ")}. ` +
      "Make a set from your own pixels with arraySet, or from the bytes of an IDX file with parseIdx",
  );
}
