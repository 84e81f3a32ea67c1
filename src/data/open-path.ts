import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DataError } from "../core/errors.js";
import { parseAmat } from "./amat.js";
import { annotationFileOf, annotationsBeside } from "./array-annotations.js";
import { type FileArray, imagesOfArray } from "./array-images.js";
import { readBytes } from "./bytes.js";
import { convertChannels } from "./channels.js";
import { exists } from "./exists.js";
import { fileError } from "./file-error.js";
import { type FileSetOptions, fileSet } from "./file-set.js";
import { imageFolder } from "./folder.js";
import { idxSet, labelsBeside } from "./idx-set.js";
import { isImageFile } from "./image-format.js";
import { arraySet, type ImageSet } from "./image-set.js";
import { readNpy } from "./npy.js";
import type { NpyType } from "./parse-npy.js";
import { resizeSet } from "./resize.js";

const isIdxFile = (file: string) => /idx\d?(-ubyte)?(\.gz)?$|ubyte(\.gz)?$/.test(basename(file));
const isIdxImages = (name: string) => isIdxFile(name) && name.includes("images");

/**
 * Opens all images of a path as one set: a folder of images, an image file, an IDX file (with the
 * labels beside it), a `.npy` or an `.amat`; the last three plain or gzipped, a `.npy` with
 * annotations in a `.json` of the same name.
 *
 * @throws DataError when the path does not exist, is of an unknown kind or is malformed
 */
export async function openPath(
  path: string,
  split: string,
  options: FileSetOptions = {},
): Promise<ImageSet> {
  const source = resolve(path);
  const name = basename(source);
  const info = { name, source, split };
  if (await isFolder(source)) {
    return fileSet(await imageFolder(source, split, options.onNote), options);
  }
  if (isImageFile(name)) return fileSet({ ...info, files: [source] }, options);
  return inShape(await openArray(info, options), options);
}

async function openArray(
  info: { readonly name: string; readonly source: string; readonly split: string },
  { onNote }: FileSetOptions,
): Promise<ImageSet> {
  const { name, source } = info;
  if (isIdxFile(name)) return idxSet(info, source, await labelsBeside(source), onNote);
  if (/\.npy(\.gz)?$/.test(name)) {
    const array = await readNpy(source);
    const bytesEach = Number(/\d+$/.exec(array.type)?.[0] ?? 8) / 8;
    const annotated = await annotationsBeside(source);
    // A given number of levels says how the values are meant, so nothing is to be noted of them.
    const told = annotated.levels === undefined ? onNote : undefined;
    const images = imagesOfArray({ ...array, kind: kindOf(array.type), bytesEach }, source, told);
    if (annotated.levels !== undefined && images.pixels instanceof Float32Array) {
      const problem = "levels count the values of whole numbers, but these pixels are floats";
      throw new DataError(problem, annotationFileOf(source));
    }
    return arraySet({ ...info, ...images, ...annotated }, images.pixels);
  }
  if (/\.amat(\.gz)?$/.test(name)) {
    const { pixels, height, width } = parseAmat(await readBytes(source), source);
    return arraySet({ ...info, channels: 1, height, width, levels: 2 }, pixels);
  }
  throw new DataError(
    "this kind of file is unknown; use PNG, JPEG, WebP, GIF, TIFF, IDX (…idx3-ubyte), .npy or .amat",
    source,
  );
}

function kindOf(type: NpyType): FileArray["kind"] {
  if (type === "bool") return "boolean";
  return type.startsWith("float") ? "float" : "integer";
}

function inShape(set: ImageSet, { resize, channels = set.channels }: FileSetOptions): ImageSet {
  const sized = resize === undefined ? set : resizeSet(set, resize);
  return convertChannels(sized, channels);
}

/** Paths of the train and test parts of a path; without a test part, `train` is the whole. */
export interface DividedPath {
  readonly train: string;
  readonly test?: string;
}

/**
 * Finds the parts of a path: a folder with `train` and `test` folders, a folder of IDX files with
 * MNIST's names, or a file `…train…` with `…test…` (or MNIST's `t10k`) beside it.
 *
 * @throws DataError when there is no such path
 */
export async function dividePath(path: string): Promise<DividedPath> {
  const source = resolve(path);
  if (!(await isFolder(source))) {
    const name = basename(source);
    for (const word of ["test", "t10k"]) {
      const other = join(dirname(source), name.replace(/train(?!.*train)/, word));
      if (other !== source && (await exists(other))) return { train: source, test: other };
    }
    return { train: source };
  }
  const names = await readdir(source).catch((error) => {
    throw fileError(source, error);
  });
  if (names.includes("train") && names.includes("test")) {
    return { train: join(source, "train"), test: join(source, "test") };
  }
  const idx = names.filter(isIdxImages);
  const train = idx.find((name) => name.startsWith("train"));
  const test = idx.find((name) => /^(t10k|test)/.test(name));
  if (train !== undefined) {
    return { train: join(source, train), ...(test !== undefined && { test: join(source, test) }) };
  }
  return { train: source };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(path, error);
  }
}
