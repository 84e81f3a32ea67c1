import { basename, resolve } from "node:path";
import { ConfigError } from "../core/errors.js";
import { defaultCacheDir } from "./cache.js";
import { fetchDataset, findDataset, namedDataset } from "./datasets.js";
import { exists } from "./exists.js";
import type { FileSetOptions } from "./file-set.js";
import type { ImageSet } from "./image-set.js";
import { loadNamed, type NamedLoadOptions, parseSize, requireChannels } from "./load-named.js";
import type { CacheOptions } from "./named-dataset.js";
import type { OnNote } from "./notes.js";
import { dividePath, openPath } from "./open-path.js";
import { holdOut } from "./split.js";
import { unionOf } from "./union.js";

/** Which part of a data set to load, and how. */
export interface LoadOptions extends NamedLoadOptions, CacheOptions {
  /** Bytes of decoded image files to keep in memory; 512 MiB by default. */
  readonly memoryBudget?: number;
  /** Whether to skip damaged image files, with a note; by default the first one is an error. */
  readonly skipDamaged?: boolean;
  readonly onNote?: OnNote;
}

/**
 * Loads a data set by name, fetching it where the cache lacks it, or by path: a folder of images,
 * an image file, an IDX file, a `.npy` or an `.amat`. Of a path without a test part, one image in
 * ten is held out as `test`. Several, separated by commas, form a union whose class is the domain;
 * each keeps its own division into train and test.
 *
 * @throws ConfigError when the name, split, size or channels are invalid
 * @throws DataError when data is malformed; UnavailableError when it cannot be fetched
 */
export async function loadDataset(
  nameOrPath: string,
  options: LoadOptions = {},
): Promise<ImageSet> {
  const members = await membersOf(nameOrPath);
  if (members.length > 1) {
    const sets: ImageSet[] = [];
    for (const member of members) sets.push(await loadOne(member, options));
    return unionOf(sets);
  }
  return loadOne(nameOrPath, options);
}

async function loadOne(nameOrPath: string, options: LoadOptions): Promise<ImageSet> {
  const dataset = findDataset(nameOrPath);
  if (dataset !== undefined) {
    return loadNamed(dataset, options, async () => {
      const cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
      if (!(await dataset.isAvailable(cacheDir))) await fetchDataset(dataset.name, options);
      return cacheDir;
    });
  }
  if (!looksLikePath(nameOrPath) && !(await exists(nameOrPath))) namedDataset(nameOrPath);
  return loadPath(nameOrPath, options);
}

async function loadPath(path: string, options: LoadOptions): Promise<ImageSet> {
  const { split = "train", size, cacheDir: _, env: __, ...reading } = options;
  const resize = parseSize(size);
  if (options.channels !== undefined) requireChannels(options.channels);
  const opening: FileSetOptions = { ...reading, ...(resize !== undefined && { resize }) };
  const { train, test } = await dividePath(path);
  // The set remembers the given path, from which its parts can be found again.
  const known = { name: basename(resolve(path)), source: resolve(path) };
  if (test === undefined) {
    return { ...holdOut(await openPath(train, "all", opening), split), ...known };
  }
  if (split !== "train" && split !== "test") {
    throw new ConfigError(`${path} has no split "${split}"; it has train and test`);
  }
  return { ...(await openPath(split === "train" ? train : test, split, opening)), ...known };
}

/** Splits at commas, except for commas in the path of an existing file or folder. */
async function membersOf(list: string): Promise<string[]> {
  const words = list.split(",");
  const members: string[] = [];
  for (let from = 0; from < words.length; ) {
    const upTo = (end: number) => words.slice(from, end).join(",").trim();
    let end = words.length;
    while (end > from + 1 && !(await exists(upTo(end)))) end--;
    members.push(upTo(end));
    from = end;
  }
  const empty = members.indexOf("");
  if (members.length > 1 && empty >= 0) {
    throw new ConfigError(`"${list}" has no data set at position ${empty + 1}`);
  }
  return members;
}

const looksLikePath = (text: string) => /[/\\.]/.test(text);
