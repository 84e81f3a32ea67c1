import { extname } from "node:path";
import type { ImageShape } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { encodeNpy, writeNpy } from "../data/npy.js";
import { saveGrid } from "../data/picture.js";
import { UsageError } from "./errors.js";
import { writeOutput } from "./output-file.js";

const FORMATS = [".png", ".npy"] as const;
type ImageFormat = (typeof FORMATS)[number];

const MAX_PICTURE_IMAGES = 4096;
const MAX_PICTURE_PIXELS = 100e6;

/** The file format of a path. @throws UsageError when it is neither a picture nor an array */
export function imageFormat(path: string): ImageFormat {
  const format = FORMATS.find((extension) => extension === extname(path).toLowerCase());
  if (format !== undefined) return format;
  throw new UsageError(`--out ${path}: write images to a .png (a grid) or a .npy (an array)`);
}

/** @throws UsageError when a picture of that many images would be too large to view */
export function requirePicture(count: number, { height, width }: ImageShape): void {
  const pixels = count * Math.max(56, height) * Math.max(56, width);
  if (count <= MAX_PICTURE_IMAGES && pixels <= MAX_PICTURE_PIXELS) return;
  throw new UsageError(
    `a picture of ${count} images is too large; write an array (--out FILE.npy) or fewer images`,
  );
}

/** Writes images as a grid or as an array [N, C, H, W], by the path's extension. */
export async function saveImages(path: string, images: Images, columns?: number): Promise<void> {
  const { count, channels, height, width, pixelsUnit } = images;
  if (imageFormat(path) === ".npy") {
    return writeNpy(path, pixelsUnit, [count, channels, height, width]);
  }
  requirePicture(count, images);
  await saveGrid(path, images, columns === undefined ? {} : { columns });
}

/**
 * Streams rows into an array file, so that memory stays bounded.
 *
 * @param shape    of the whole array
 * @param batches  its values, row-major, in any number of parts
 */
export async function streamNpy(
  path: string,
  shape: readonly number[],
  batches: AsyncIterable<Float32Array>,
): Promise<void> {
  await writeOutput(path, async (file) => {
    await file.writeFile(encodeNpy(new Float32Array(0), shape));
    for await (const { buffer, byteOffset, byteLength } of batches) {
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    }
  });
}

/** The first images, at most `most`. */
export function firstShown(images: Images, most: number): Images {
  const count = Math.min(most, images.count);
  const size = images.pixelsUnit.length / images.count;
  return { ...images, count, pixelsUnit: images.pixelsUnit.subarray(0, count * size) };
}

/** Sets of equally many images, one below the other, for a grid with a column for each image. */
export function inRows(sets: readonly Images[]): Images {
  const [first] = sets;
  const size = first.pixelsUnit.length;
  const pixelsUnit = new Float32Array(sets.length * size);
  for (const [row, images] of sets.entries()) pixelsUnit.set(images.pixelsUnit, row * size);
  return { ...first, count: sets.length * first.count, pixelsUnit };
}

/** Sets of equally many images side by side, for a grid with a row for each image. */
export function sideBySide(sets: readonly Images[]): Images {
  const [first] = sets;
  const size = first.pixelsUnit.length / first.count;
  const pixelsUnit = new Float32Array(sets.length * first.pixelsUnit.length);
  for (const [column, images] of sets.entries()) {
    for (let row = 0; row < first.count; row++) {
      const image = images.pixelsUnit.subarray(row * size, (row + 1) * size);
      pixelsUnit.set(image, (row * sets.length + column) * size);
    }
  }
  return { ...first, count: sets.length * first.count, pixelsUnit };
}

/** The pixels of each batch of images. */
export async function* pixelsIn(batches: AsyncIterable<Images>): AsyncGenerator<Float32Array> {
  for await (const { pixelsUnit } of batches) yield pixelsUnit;
}

/** The grey between the images of a grid. */
export const GAP = 32 / 255;

/** Alternates rows of two sets, so that each image is above its counterpart. */
export function inPairs(above: Images, below: Images, columns: number): Images {
  const size = above.channels * above.height * above.width;
  const rows = Math.ceil(above.count / columns);
  const pixelsUnit = new Float32Array(2 * rows * columns * size).fill(GAP);
  for (let row = 0; row < rows; row++) {
    const from = row * columns * size;
    for (const [offset, { pixelsUnit: source }] of [above, below].entries()) {
      pixelsUnit.set(
        source.subarray(from, from + columns * size),
        (2 * row + offset) * columns * size,
      );
    }
  }
  return { ...above, count: 2 * rows * columns, pixelsUnit };
}
