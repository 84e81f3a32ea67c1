import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { DataError } from "../core/errors.js";
import { fileError } from "./file-error.js";
import type { ImageFiles } from "./file-set.js";
import { isImageFile } from "./image-format.js";

/**
 * The PNG, JPEG and WebP files under a folder, in the order of their paths. Where all of them are in
 * sub-folders, the names of those are the labels. Hidden files are left out.
 *
 * @throws DataError when the folder cannot be read or holds no image
 */
export async function imageFolder(folder: string, split = "all"): Promise<ImageFiles> {
  const files: string[] = [];
  await walk(folder, new Set(), files);
  if (files.length === 0)
    throw new DataError("there is no PNG, JPEG or WebP file in this folder", folder);
  files.sort();
  const known = { name: basename(folder), source: folder, split, files };
  const parts = files.map((file) => relative(folder, file).split(sep));
  if (parts.some((part) => part.length === 1)) return known;
  const names = [...new Set(parts.map(([name]) => name!))].sort();
  const numbers = new Map(names.map((name, index) => [name, index]));
  const values = Int32Array.from(parts, ([name]) => numbers.get(name!)!);
  return { ...known, annotations: { class: { names, values } } };
}

/** Adds the image files of a folder; links are followed, a folder met before is not. */
async function walk(folder: string, seen: Set<string>, files: string[]): Promise<void> {
  try {
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of await readdir(folder)) {
      if (name.startsWith(".")) continue;
      const path = join(folder, name);
      if (isImageFile(name)) files.push(path);
      else if ((await stat(path)).isDirectory()) await walk(path, seen, files);
    }
  } catch (error) {
    throw fileError(folder, error);
  }
}
