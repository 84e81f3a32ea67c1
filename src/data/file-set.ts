import { basename } from "node:path";
import type { Annotations } from "../core/annotations.js";
import { chooseAnnotations } from "../core/annotations.js";
import { type ImageShape, pixelsPerImage } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { DamagedImageError, decodeImage, imageFileShape } from "./image-file.js";
import { arraySet, checkAnnotations, checkRead, type ImageSet } from "./image-set.js";
import { eachLimited } from "./map-limit.js";
import type { OnNote } from "./notes.js";
import type { OnDataProgress } from "./progress.js";
import type { Resize } from "./resize.js";

/** Decoded bytes that a set may keep in memory; a larger set decodes at each read. */
const DEFAULT_BUDGET = 512 * 2 ** 20;

/** How many damaged files a note names. */
const NAMED = 5;

/** How to make a set from image files. */
export interface FileSetOptions {
  /** 1 converts colour to grey, 3 grey to colour; by default 3 if any file has colour. */
  readonly channels?: number;
  readonly resize?: Resize;
  /** Bytes of decoded images to keep in memory; 512 MiB by default. */
  readonly memoryBudget?: number;
  /**
   * Whether to skip files that cannot be decoded, with a note, instead of failing at the first.
   * Every file is then decoded once in advance, even where the set does not fit in memory.
   */
  readonly skipDamaged?: boolean;
  readonly onProgress?: OnDataProgress;
  readonly onNote?: OnNote;
}

/** Image files with their annotations. */
export interface ImageFiles {
  readonly name: string;
  readonly source: string;
  readonly split: string;
  readonly files: readonly string[];
  readonly annotations?: Annotations;
  readonly weights?: Float32Array;
}

/**
 * Makes a set from image files. It decodes them once if they fit the memory budget, else at each
 * read, so a folder can have any size.
 *
 * @throws DataError naming the file that is damaged or, where no size is given, differs in size
 *   from the first
 */
export async function fileSet(given: ImageFiles, options: FileSetOptions = {}): Promise<ImageSet> {
  if (given.files.length === 0) throw new DataError("there are no image files", given.source);
  const { skipDamaged = false, memoryBudget = DEFAULT_BUDGET } = options;
  const shapes = await shapesOf(given.files, options);
  const readable = skipDamaged ? without(given, damagedIn(shapes), options) : given;
  const shape = commonShape(
    readable.files,
    shapes.filter((found) => !(found instanceof DamagedImageError)) as ImageShape[],
    options,
  );
  const fits = readable.files.length * pixelsPerImage(shape) <= memoryBudget;
  const decoded = fits || skipDamaged ? await decodeAll(readable, shape, fits, options) : undefined;
  const kept = decoded === undefined ? readable : without(readable, decoded.damaged, options);
  const { files, ...known } = kept;
  const info = { ...known, ...shape, levels: 256, ids: files, count: files.length };
  if (fits && decoded !== undefined) return arraySet(info, decoded.pixels);
  checkAnnotations(info, files.length);
  const size = pixelsPerImage(shape);
  return {
    ...info,
    async read(indices, out) {
      checkRead(info, indices, out);
      await eachLimited(Array.from(indices), async (index, b) => {
        const pixels = await decodeAs(files[index], shape, options);
        for (let i = 0; i < size; i++) out[b * size + i] = Math.fround(pixels[i] / 255);
      });
    },
  };
}

/** The shape of each file by its header, and the errors of damaged files that are skipped. */
async function shapesOf(
  files: readonly string[],
  { channels, resize, skipDamaged = false }: FileSetOptions,
): Promise<(ImageShape | DamagedImageError)[]> {
  if (resize !== undefined && channels !== undefined) {
    return files.map(() => ({ channels, height: resize.height, width: resize.width }));
  }
  const shapes: (ImageShape | DamagedImageError)[] = [];
  await eachLimited(files, async (file, index) => {
    shapes[index] = await imageFileShape(file).catch((error) => kept(error, skipDamaged));
  });
  return shapes;
}

/** Returns the error of a damaged file where such files are skipped. @throws every other error */
function kept(error: unknown, skipDamaged: boolean): DamagedImageError {
  if (skipDamaged && error instanceof DamagedImageError) return error;
  throw error;
}

type Damaged = ReadonlyMap<number, DamagedImageError>;

function damagedIn(found: readonly unknown[]): Damaged {
  const damaged = new Map<number, DamagedImageError>();
  found.forEach((each, index) => {
    if (each instanceof DamagedImageError) damaged.set(index, each);
  });
  return damaged;
}

/** The intact files with their annotations; a note counts and names the damaged ones. */
function without(given: ImageFiles, damaged: Damaged, { onNote }: FileSetOptions): ImageFiles {
  if (damaged.size === 0) return given;
  const named = [...damaged.values()].slice(0, NAMED).map(({ message }) => message);
  const rest = damaged.size - named.length;
  const list = `${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
  const ones = damaged.size === 1 ? "1 damaged file" : `${damaged.size} damaged files`;
  if (damaged.size === given.files.length) {
    throw new DataError(`every image file is damaged: ${list}`, given.source);
  }
  onNote?.(`${given.source}: left out ${ones} of ${given.files.length}: ${list}`);
  const places = Array.from(given.files.keys()).filter((place) => !damaged.has(place));
  const { annotations, weights } = given;
  return {
    ...given,
    files: places.map((place) => given.files[place]),
    ...(annotations && { annotations: chooseAnnotations(annotations, places) }),
    ...(weights && { weights: Float32Array.from(places, (place) => weights[place]) }),
  };
}

/** The shape of all images: as given, else the shape that all files share. */
function commonShape(
  files: readonly string[],
  shapes: readonly ImageShape[],
  { channels, resize }: FileSetOptions,
): ImageShape {
  const { height, width } = resize ?? shapes[0];
  const odd = shapes.findIndex((shape) => shape.height !== height || shape.width !== width);
  if (resize === undefined && odd >= 0) {
    throw new DataError(
      `the image is ${shapes[odd].height}×${shapes[odd].width} but ${basename(files[0])} is ` +
        `${height}×${width}; resize all images with --size`,
      files[odd],
    );
  }
  const colour = shapes.some((shape) => shape.channels === 3);
  return { channels: channels ?? (colour ? 3 : 1), height, width };
}

/**
 * Decodes every file once.
 *
 * @returns pixels of the intact files in order, where they are kept
 */
async function decodeAll(
  { name, files }: ImageFiles,
  shape: ImageShape,
  keep: boolean,
  options: FileSetOptions,
): Promise<{ readonly pixels: Uint8Array; readonly damaged: Damaged }> {
  const size = pixelsPerImage(shape);
  const pixels = new Uint8Array(keep ? files.length * size : 0);
  const failures: DamagedImageError[] = [];
  let done = 0;
  await eachLimited(files, async (file, index) => {
    try {
      const decoded = await decodeAs(file, shape, options);
      if (keep) pixels.set(decoded, index * size);
    } catch (error) {
      failures[index] = kept(error, options.skipDamaged ?? false);
    }
    done++;
    options.onProgress?.({ what: `reading ${name}`, unit: "images", done, total: files.length });
  });
  const damaged = damagedIn(failures);
  if (!keep || damaged.size === 0) return { pixels, damaged };
  let place = 0;
  for (const index of files.keys()) {
    if (!damaged.has(index)) pixels.copyWithin(size * place++, size * index, size * (index + 1));
  }
  return { pixels: pixels.slice(0, size * place), damaged };
}

/** [C, H, W] bytes. @throws DataError when the image has another size */
async function decodeAs(
  file: string,
  { channels, height, width }: ImageShape,
  { resize }: FileSetOptions,
): Promise<Uint8Array> {
  const image = await decodeImage(file, channels, resize);
  if (image.height === height && image.width === width) return image.pixels;
  throw new DataError(
    `the image is ${image.height}×${image.width}; ${height}×${width} is expected`,
    file,
  );
}
