import { join } from "node:path";
import { DataError } from "../core/errors.js";
import { fileDigest, holds, type KnownFile } from "./cache.js";
import { idxSet } from "./idx-set.js";
import type { ImageSet } from "./image-set.js";
import { knownSplit } from "./known-split.js";

/** The four unpacked files of a data set in MNIST's layout. */
export interface IdxFiles {
  readonly train: { readonly images: KnownFile; readonly labels: KnownFile };
  readonly test: { readonly images: KnownFile; readonly labels: KnownFile };
}

export const allFiles = ({ train, test }: IdxFiles): KnownFile[] => [
  ...Object.values(train),
  ...Object.values(test),
];

/** The folder of a data set in the cache. */
export const cachedFolder = (cacheDir: string, name: string) => join(cacheDir, "datasets", name);

/** Whether a data set is in the cache; loading verifies its contents. */
export const isCached = (cacheDir: string, name: string, files: IdxFiles) =>
  holds(cachedFolder(cacheDir, name), allFiles(files));

/** Describes what is wrong with a file's content; undefined where nothing is. */
export async function digestProblem(path: string, known: KnownFile): Promise<string | undefined> {
  const found = await fileDigest(path, "sha256");
  return found === known.sha256
    ? undefined
    : `the SHA-256 of ${known.file} is ${found}, but should be ${known.sha256}`;
}

/**
 * Loads one split of a cached data set and verifies its files.
 *
 * @throws DataError naming the command that fetches the set again, when a file is damaged
 */
export async function loadCachedIdx(
  name: string,
  files: IdxFiles,
  split: string,
  cacheDir: string,
  classNames?: readonly string[],
): Promise<ImageSet> {
  const folder = cachedFolder(cacheDir, name);
  const { images, labels } = files[knownSplit(name, files, split)];
  for (const known of [images, labels]) {
    const path = join(folder, known.file);
    const problem = await digestProblem(path, known);
    if (problem !== undefined) {
      throw new DataError(`${problem}. Fetch it again: figment data get ${name}`, path);
    }
  }
  return idxSet(
    { name, source: name, split, ...(classNames && { classNames }) },
    join(folder, images.file),
    join(folder, labels.file),
  );
}
