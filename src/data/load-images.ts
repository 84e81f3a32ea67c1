import type { ImageShape } from "../core/batch.js";
import { ConfigError, DataError } from "../core/errors.js";
import { formatImageShape, type ImageSet } from "./image-set.js";
import { joinSets } from "./join-sets.js";
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
 * `.npy`, `.amat` and folders of images. Images are turned to the run's number of channels.
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
  return joinSets(parts, {
    name: parts.length === 1 ? parts[0].name : `${parts.length} files`,
    source: parts.map((part) => part.source).join(" "),
    split: "all",
  });
}
