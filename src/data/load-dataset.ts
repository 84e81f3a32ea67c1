import { basename, resolve } from "node:path";
import { ConfigError } from "../core/errors.js";
import { defaultCacheDir } from "./cache.js";
import { fetchDataset, findDataset, namedDataset } from "./datasets.js";
import type { FileSetOptions } from "./file-set.js";
import type { ImageSet } from "./image-set.js";
import type { CacheOptions, NamedDataset } from "./named-dataset.js";
import { dividePath, exists, openPath } from "./open-path.js";
import { Resize, resizeSet } from "./resize.js";
import { holdOut } from "./split.js";

/** Which part of a data set to load and how. */
export interface LoadOptions extends CacheOptions {
  /** `train` (the default), `test`, or `all` for a path that is not divided. */
  readonly split?: string;
  /** Brings images to this size: a side of a square, or height and width. */
  readonly size?: number | Readonly<{ height: number; width: number; fit?: Resize["fit"] }>;
  /** 1 turns image files to grey, 3 to colour. */
  readonly channels?: number;
  /** Bytes of decoded image files to keep in memory, 512 MiB by default. */
  readonly memoryBudget?: number;
}

/**
 * A data set by name, fetched when it is not in the cache, or by path (see {@link openPath}). A path
 * without a test part has one image in ten held out as `test`.
 *
 * @throws ConfigError when the name, split or size is not valid
 * @throws DataError when data is malformed; UnavailableError when it cannot be fetched
 */
export async function loadDataset(
  nameOrPath: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  const resize = parseSize(options.size);
  const dataset = findDataset(nameOrPath);
  if (dataset !== undefined) {
    const set = await loadNamed(dataset, options);
    return resize === undefined ? set : resizeSet(set, resize);
  }
  if (!looksLikePath(nameOrPath) && !(await exists(nameOrPath))) namedDataset(nameOrPath);
  return loadPath(nameOrPath, options, resize);
}

async function loadNamed(dataset: NamedDataset, options: LoadOptions): Promise<ImageSet> {
  const { split = "train", channels = dataset.channels } = options;
  if (split !== "train" && split !== "test")
    throw new ConfigError(`${dataset.name} has no split "${split}"; it has train and test`);
  if (channels !== dataset.channels)
    throw new ConfigError(`${dataset.name} has ${dataset.channels} channels, not ${channels}`);
  const cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
  if (!(await dataset.isAvailable(cacheDir))) await fetchDataset(dataset.name, options);
  return dataset.load(split, cacheDir);
}

async function loadPath(path: string, options: LoadOptions, resize?: Resize): Promise<ImageSet> {
  const { split = "train" } = options;
  const { channels, memoryBudget, onProgress } = options;
  const opening: FileSetOptions = {
    ...(channels !== undefined && { channels }),
    ...(memoryBudget !== undefined && { memoryBudget }),
    ...(onProgress !== undefined && { onProgress }),
    ...(resize !== undefined && { resize }),
  };
  const { train, test } = await dividePath(path);
  // A path is remembered as it was given: its parts are found from it again.
  const known = { name: basename(resolve(path)), source: resolve(path) };
  if (test === undefined)
    return { ...holdOut(await openPath(train, "all", opening), split), ...known };
  if (split !== "train" && split !== "test")
    throw new ConfigError(`${path} has no split "${split}"; it has train and test`);
  return { ...(await openPath(split === "train" ? train : test, split, opening)), ...known };
}

function parseSize(size: LoadOptions["size"]): Resize | undefined {
  if (size === undefined) return undefined;
  const parsed = Resize.safeParse(typeof size === "number" ? { height: size, width: size } : size);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `a size is a whole number of pixels, or height × width; ${JSON.stringify(size)} is not`,
  );
}

const looksLikePath = (text: string) => /[/\\.]/.test(text);
