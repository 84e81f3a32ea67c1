import { basename } from "node:path";
import type { Annotations } from "../core/annotations.js";
import { type ImageShape, pixelsPerImage } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { decodeImage, imageFileShape } from "./image-file.js";
import { arraySet, checkRead, type ImageSet } from "./image-set.js";
import { eachLimited } from "./map-limit.js";
import type { OnDataProgress } from "./progress.js";
import type { Resize } from "./resize.js";

/** Decoded bytes that a set may hold in memory; a larger one is decoded anew at each read. */
const DEFAULT_BUDGET = 512 * 2 ** 20;

/** How image files become a set. */
export interface FileSetOptions {
  /** 1 turns colour to grey, 3 grey to colour; by default 3 where any file has colour. */
  readonly channels?: number;
  readonly resize?: Resize;
  /** Bytes of decoded images to keep in memory, 512 MiB by default. */
  readonly memoryBudget?: number;
  readonly onProgress?: OnDataProgress;
}

/** Image files and what is known of them. */
export interface ImageFiles {
  readonly name: string;
  readonly source: string;
  readonly split: string;
  readonly files: readonly string[];
  readonly annotations?: Annotations;
}

/**
 * A set of image files. They are decoded once when they fit the memory budget, else at each read,
 * so that a folder of any size can be used.
 *
 * @throws DataError naming the file that is not an image, or, where no size is asked for, that
 *                   differs in size from the first
 */
export async function fileSet(
  { files, ...known }: ImageFiles,
  options: FileSetOptions = {},
): Promise<ImageSet> {
  if (files.length === 0) throw new DataError("there is no image file", known.source);
  const shape = await commonShape(files, options);
  const info = { ...known, ...shape, levels: 256, ids: files, count: files.length };
  const size = pixelsPerImage(shape);
  const decode = async (file: string) => {
    const image = await decodeImage(file, shape.channels, options.resize);
    if (image.height !== shape.height || image.width !== shape.width)
      throw new DataError(
        `the image is ${image.height}×${image.width}; ${shape.height}×${shape.width} is expected`,
        file,
      );
    return image.pixels;
  };
  const { memoryBudget = DEFAULT_BUDGET, onProgress } = options;
  if (files.length * size <= memoryBudget) {
    const pixels = new Uint8Array(files.length * size);
    let done = 0;
    await eachLimited(files, async (file, index) => {
      pixels.set(await decode(file), index * size);
      done++;
      onProgress?.({ what: `reading ${info.name}`, unit: "images", done, total: files.length });
    });
    return arraySet(info, pixels);
  }
  return {
    ...info,
    async read(indices, out) {
      checkRead(info, indices, out);
      await eachLimited(Array.from(indices), async (index, b) => {
        const pixels = await decode(files[index]!);
        for (let i = 0; i < size; i++) out[b * size + i] = Math.fround(pixels[i]! / 255);
      });
    },
  };
}

/** The shape all images will have: as asked for, else that of every file. */
async function commonShape(
  files: readonly string[],
  { channels, resize }: FileSetOptions,
): Promise<ImageShape> {
  if (resize !== undefined && channels !== undefined) return { ...resize, channels };
  const shapes: ImageShape[] = [];
  await eachLimited(files, async (file, index) => {
    shapes[index] = await imageFileShape(file);
  });
  const [{ height, width }] = shapes as [ImageShape];
  const odd = shapes.findIndex((shape) => shape.height !== height || shape.width !== width);
  if (resize === undefined && odd >= 0)
    throw new DataError(
      `the image is ${shapes[odd]!.height}×${shapes[odd]!.width} but ${basename(files[0]!)} is ` +
        `${height}×${width}; give a size (--size) to bring all images to`,
      files[odd],
    );
  return {
    channels: channels ?? Math.max(...new Set(shapes.map((shape) => shape.channels))),
    height: resize?.height ?? height,
    width: resize?.width ?? width,
  };
}
