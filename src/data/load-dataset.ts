import { basename, resolve } from "node:path";
import { ConfigError } from "../core/errors.js";
import { defaultCacheDir } from "./cache.js";
import { fetchDataset, findDataset, namedDataset } from "./datasets.js";
import type { FileSetOptions } from "./file-set.js";
import type { ImageSet } from "./image-set.js";
import { loadNamed, type NamedLoadOptions, parseSize } from "./load-named.js";
import type { CacheOptions } from "./named-dataset.js";
import type { OnNote } from "./notes.js";
import { dividePath, exists, openPath } from "./open-path.js";
import type { Resize } from "./resize.js";
import { holdOut } from "./split.js";

/** Which part of a data set to load and how. */
export interface LoadOptions extends NamedLoadOptions, CacheOptions {
  /** Bytes of decoded image files to keep in memory, 512 MiB by default. */
  readonly memoryBudget?: number;
  /** Leaves out image files that are damaged, and says which; by default the first one is an error. */
  readonly skipDamaged?: boolean;
  readonly onNote?: OnNote;
}

/**
 * A data set by name, fetched when it is not in the cache, or by path (a folder of images, an IDX file, a `.npy` or an `.amat`). A path
 * without a test part has one image in ten held out as `test`.
 *
 * @throws ConfigError when the name, split or size is not valid
 * @throws DataError when data is malformed; UnavailableError when it cannot be fetched
 */
export async function loadDataset(
  nameOrPath: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  const dataset = findDataset(nameOrPath);
  if (dataset !== undefined) {
    return loadNamed(dataset, options, async () => {
      const cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
      if (!(await dataset.isAvailable(cacheDir))) await fetchDataset(dataset.name, options);
      return cacheDir;
    });
  }
  const resize = parseSize(options.size);
  if (!looksLikePath(nameOrPath) && !(await exists(nameOrPath))) namedDataset(nameOrPath);
  return loadPath(nameOrPath, options, resize);
}

async function loadPath(path: string, options: LoadOptions, resize?: Resize): Promise<ImageSet> {
  const { split = "train", size: _, cacheDir: __, env: ___, ...reading } = options;
  const opening: FileSetOptions = { ...reading, ...(resize !== undefined && { resize }) };
  const { train, test } = await dividePath(path);
  // A path is remembered as it was given: its parts are found from it again.
  const known = { name: basename(resolve(path)), source: resolve(path) };
  if (test === undefined)
    return { ...holdOut(await openPath(train, "all", opening), split), ...known };
  if (split !== "train" && split !== "test")
    throw new ConfigError(`${path} has no split "${split}"; it has train and test`);
  return { ...(await openPath(split === "train" ? train : test, split, opening)), ...known };
}

const looksLikePath = (text: string) => /[/\\.]/.test(text);
