import type { ImageShape } from "../core/batch.js";
import { pixelsPerImage } from "../core/batch.js";
import { ConfigError, DataError } from "../core/errors.js";
import { checkRead, formatImageShape, type ImageSet } from "./image-set.js";
import type { OnNote } from "./notes.js";
import { openPath } from "./open-path.js";
import type { OnDataProgress } from "./progress.js";
import type { Resize } from "./resize.js";

/** How loose images are brought to what a run takes. */
export interface LoadImagesOptions {
  /** Brings images of another size to the run's; without it they are refused. */
  readonly resize?: boolean;
  readonly fit?: Resize["fit"];
  /** Leaves out image files that are damaged, and says which. */
  readonly skipDamaged?: boolean;
  readonly onProgress?: OnDataProgress;
  readonly onNote?: OnNote;
}

/**
 * The images of files and folders as one set, in the order given: PNG, JPEG, WebP, GIF, TIFF, IDX,
 * `.npy`, `.amat` and folders of images. Image files are turned to the run's number of channels.
 *
 * @param shape  what the run takes
 * @returns      a set whose `ids` are the files, with the place in it for arrays (`x.npy[3]`)
 * @throws DataError naming the file when one is malformed or of another size or number of channels
 */
export async function loadImages(
  paths: readonly string[],
  shape: ImageShape,
  { resize = false, fit = "cover", ...reading }: LoadImagesOptions = {},
): Promise<ImageSet> {
  if (paths.length === 0) throw new ConfigError("no image is given; name a file or a folder");
  const { channels, height, width } = shape;
  const parts: ImageSet[] = [];
  for (const path of paths) {
    const part = await openPath(path, "all", {
      channels,
      ...(resize && { resize: { height, width, fit } }),
      ...reading,
    });
    if (part.height !== height || part.width !== width)
      throw new DataError(
        `images are ${formatImageShape(part)}; the run takes ${formatImageShape(shape)}. ` +
          "Let them be resized (--resize), or bring them to that size",
        path,
      );
    parts.push(part);
  }
  return joinSets(parts);
}

/** Sets of the same image shape, one behind the other. Labels are left behind. */
function joinSets(parts: readonly ImageSet[]): ImageSet {
  const [first] = parts as [ImageSet];
  const { channels, height, width } = first;
  const starts = [0];
  for (const part of parts) starts.push(starts.at(-1)! + part.count);
  const sameLevels = parts.every((part) => part.levels === first.levels);
  const info = {
    ...{ channels, height, width, split: "all", count: starts.at(-1)! },
    name: parts.length === 1 ? first.name : `${parts.length} files`,
    source: parts.map((part) => part.source).join(" "),
    ids: parts.flatMap((part) => part.ids ?? placesIn(part)),
    ...(sameLevels && first.levels !== undefined && { levels: first.levels }),
  };
  const missing = missingOf(parts);
  const size = pixelsPerImage(info);
  return {
    ...info,
    ...(missing && { missing }),
    async read(indices, out) {
      checkRead(info, indices, out);
      for (const [p, part] of parts.entries()) {
        const places: number[] = [];
        for (let b = 0; b < indices.length; b++)
          if (indices[b]! >= starts[p]! && indices[b]! < starts[p + 1]!) places.push(b);
        if (places.length === 0) continue;
        const pixels = new Float32Array(places.length * size);
        await part.read(
          places.map((b) => indices[b]! - starts[p]!),
          pixels,
        );
        places.forEach((b, i) => {
          out.set(pixels.subarray(i * size, (i + 1) * size), b * size);
        });
      }
    },
  };
}

/** What the images of all parts lack, if any lacks anything. */
function missingOf(parts: readonly ImageSet[]): Uint32Array | undefined {
  if (parts.every(({ missing }) => missing === undefined)) return undefined;
  return Uint32Array.from(
    parts.flatMap(({ count, missing }) => Array.from(missing ?? new Uint32Array(count))),
  );
}

const placesIn = (set: ImageSet) =>
  Array.from({ length: set.count }, (_, index) => `${set.source}[${index}]`);
