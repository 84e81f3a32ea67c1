import type { ImageShape } from "../core/batch.js";
import { ConfigError, DataError } from "../core/errors.js";
import { formatImageShape, type ImageSet } from "./image-set.js";
import { joinSets } from "./join-sets.js";
import type { OnNote } from "./notes.js";
import { openPath } from "./open-path.js";
import type { OnDataProgress } from "./progress.js";
import type { Resize } from "./resize.js";

/** How to convert loose images to the shape that a run takes. */
export interface LoadImagesOptions {
  /** Whether to resize images of another size; by default they are refused. */
  readonly resize?: boolean;
  readonly fit?: Resize["fit"];
  /** Whether to skip damaged image files, with a note. */
  readonly skipDamaged?: boolean;
  readonly onProgress?: OnDataProgress;
  readonly onNote?: OnNote;
}

/**
 * Loads files and folders as one set, in the order given: PNG, JPEG, WebP, GIF, TIFF, IDX, `.npy`,
 * `.amat` and folders of images. It converts images to the run's number of channels.
 *
 * @param shape  image shape that the run takes
 * @returns      a set whose `ids` are the files, with the index for arrays (`x.npy[3]`)
 * @throws DataError naming the file when one is malformed or of another size or number of channels
 */
export async function loadImages(
  paths: readonly string[],
  shape: ImageShape,
  { resize = false, fit = "cover", ...reading }: LoadImagesOptions = {},
): Promise<ImageSet> {
  if (paths.length === 0) throw new ConfigError("no images are given; name a file or a folder");
  const { channels, height, width } = shape;
  const parts: ImageSet[] = [];
  for (const path of paths) {
    const part = await openPath(path, "all", {
      channels,
      ...(resize && { resize: { height, width, fit } }),
      ...reading,
    });
    if (part.height !== height || part.width !== width) {
      throw new DataError(
        `images are ${formatImageShape(part)}; the run takes ${formatImageShape(shape)}. ` +
          "Resize them with --resize, or convert them first",
        path,
      );
    }
    parts.push(part);
  }
  return joinSets(parts, {
    name: parts.length === 1 ? parts[0].name : `${parts.length} files`,
    source: parts.map((part) => part.source).join(" "),
    split: "all",
  });
}
