import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import type { Annotations } from "../core/annotations.js";
import { codeOf } from "../core/atomic-file.js";
import { DataError } from "../core/errors.js";
import { fileError } from "./file-error.js";
import type { ImageFiles } from "./file-set.js";
import { readFolderAnnotations } from "./folder-annotations.js";
import { isImageFile } from "./image-format.js";
import { naturalOrder } from "./natural-order.js";
import type { OnNote } from "./notes.js";

/** How many dangling links a note names. */
const NAMED = 3;

/**
 * Finds the PNG, JPEG, WebP, GIF and TIFF files under a folder, in the order of their paths, with
 * their annotations (see `readFolderAnnotations`). If all are in sub-folders, the names of these
 * are the classes, in natural order. It skips hidden files silently, and other files and dangling
 * links with a note.
 *
 * @throws DataError when the folder cannot be read or has no images, or when an annotation file is
 *   wrong
 */
export async function imageFolder(
  folder: string,
  split = "all",
  onNote?: OnNote,
): Promise<ImageFiles> {
  const found: Found = { files: [], others: [], dangling: [] };
  await walk(folder, new Set(), found);
  const files = found.files.sort();
  if (files.length === 0) throw new DataError(nothingIn(found), folder);
  const paths = files.map((file) => relative(folder, file).split(sep));
  const about = await readFolderAnnotations({
    folder,
    paths: paths.map((parts) => parts.join("/")),
    others: found.others.map((file) => relative(folder, file).split(sep).join("/")),
  });
  const used = new Set(about.used);
  const unread = found.others.filter(
    (file) => !used.has(relative(folder, file).split(sep).join("/")),
  );
  if (unread.length > 0) onNote?.(`${folder}: left out ${countByEnding(unread)}`);
  if (found.dangling.length > 0) onNote?.(`${folder}: left out ${danglingLinks(found.dangling)}`);
  const annotations = { ...classesOf(paths, folder, onNote), ...about.annotations };
  return {
    name: basename(folder),
    source: folder,
    split,
    files,
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(about.weights && { weights: about.weights }),
  };
}

/** Classes by the first folder of each path, if every path has one. */
function classesOf(
  paths: readonly (readonly string[])[],
  folder: string,
  onNote: OnNote | undefined,
): Pick<Annotations, "class"> {
  const loose = paths.filter((parts) => parts.length === 1).length;
  if (loose > 0) {
    if (loose < paths.length) {
      onNote?.(
        `${folder}: ${loose} of its ${paths.length} images are not in a sub-folder, so sub-folders are not classes`,
      );
    }
    return {};
  }
  // Some systems write é in file names as one character, others as two.
  const classes = paths.map(([name]) => name.normalize("NFC"));
  const names = [...new Set(classes)].sort(naturalOrder);
  const numbers = new Map(names.map((name, index) => [name, index]));
  return { class: { names, values: Int32Array.from(classes, (name) => numbers.get(name) ?? 0) } };
}

interface Found {
  readonly files: string[];
  /** Files that are not images by their name. */
  readonly others: string[];
  readonly dangling: string[];
}

/** Adds the content of a folder; follows links, but enters no folder twice. */
async function walk(folder: string, seen: Set<string>, found: Found): Promise<void> {
  let entries: Dirent[];
  try {
    const real = await realpath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw fileError(folder, error);
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await targetOf(path) : entry;
    if (kind === undefined) found.dangling.push(path);
    else if (kind.isDirectory()) await walk(path, seen, found);
    else if (isImageFile(entry.name)) found.files.push(path);
    else {
      found.others.push(path);
    }
  }
}

/** The target of a link; undefined when it does not exist. */
async function targetOf(link: string) {
  try {
    return await stat(link);
  } catch (error) {
    if (["ENOENT", "ELOOP", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
    throw fileError(link, error);
  }
}

function nothingIn({ others, dangling }: Found): string {
  const kinds = "there is no PNG, JPEG, WebP, GIF or TIFF file in this folder";
  const left = [
    ...(others.length > 0 ? [countByEnding(others)] : []),
    ...(dangling.length > 0 ? [danglingLinks(dangling)] : []),
  ];
  return left.length === 0 ? kinds : `${kinds}, but ${left.join(" and ")}`;
}

/** Such as `17 files of other kinds: 15 .bmp, 2 without an extension`, most frequent first. */
function countByEnding(files: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const file of files) {
    const ending = extname(file).toLowerCase() || "without an extension";
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const endings = sorted.map(([ending, count]) => `${count} ${ending}`).join(", ");
  return `${files.length} ${files.length === 1 ? "file of another kind" : "files of other kinds"}: ${endings}`;
}

function danglingLinks(links: readonly string[]): string {
  const named = links.slice(0, NAMED).map((link) => basename(link));
  const rest = links.length - named.length;
  const names = `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return links.length === 1 ? `a dangling link: ${names}` : `dangling links: ${names}`;
}
