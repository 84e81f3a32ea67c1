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

/** Streams images into an array file [count, C, H, W], so that memory stays bounded. */
export async function streamNpy(
  path: string,
  count: number,
  { channels, height, width }: ImageShape,
  batches: AsyncIterable<Images>,
): Promise<void> {
  await writeOutput(path, async (file) => {
    await file.writeFile(encodeNpy(new Float32Array(0), [count, channels, height, width]));
    for await (const { pixelsUnit } of batches) {
      const { buffer, byteOffset, byteLength } = pixelsUnit;
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    }
  });
}

/** The grey between the images of a grid. */
const GAP = 32 / 255;

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

/** One row per image with its counterpart in each of several sets. */
export function sideBySide(sets: readonly Images[]): Images {
  const [first] = sets;
  const size = first.channels * first.height * first.width;
  const pixelsUnit = new Float32Array(sets.length * first.count * size);
  for (const [column, { pixelsUnit: source }] of sets.entries()) {
    for (let image = 0; image < first.count; image++) {
      const picture = source.subarray(image * size, (image + 1) * size);
      pixelsUnit.set(picture, (image * sets.length + column) * size);
    }
  }
  return { ...first, count: sets.length * first.count, pixelsUnit };
}
