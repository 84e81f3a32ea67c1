import { ConfigError } from "../core/errors.js";
import { digits } from "./digits.js";
import type { ImageSet } from "./image-set.js";
import { loadNamed, type NamedLoadOptions } from "./load-named.js";
import type { NamedDataset } from "./named-dataset.js";

/** Data sets that a page can load: those that ship with Figment. */
export const datasets: readonly NamedDataset[] = [digits];

/**
 * A data set by name.
 *
 * @throws ConfigError when the name, split or size is not valid
 * @throws DataError when its files cannot be fetched or are damaged
 */
export async function loadDataset(name: string, options: NamedLoadOptions = {}): Promise<ImageSet> {
  const dataset = datasets.find((known) => known.name === name);
  if (dataset !== undefined) return loadNamed(dataset, options, async () => "");
  throw new ConfigError(
    `a page has no data set "${name}"; it has ${datasets.map((known) => known.name).join(", ")}. ` +
      "Make a set of pixels of your own with arraySet, or of an IDX file's bytes with parseIdx",
  );
}
