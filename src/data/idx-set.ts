import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { classLabels } from "../core/annotations.js";
import { DataError } from "../core/errors.js";
import { imagesOfArray } from "./array-images.js";
import { type IdxArray, readIdx } from "./idx.js";
import { arraySet, type ImageSet, type SetInfo } from "./image-set.js";

/** What a set of an IDX pair is to be called. */
export interface IdxInfo extends Pick<SetInfo, "name" | "source" | "split"> {
  /** Names of the classes, by number; the numbers themselves where absent. */
  readonly classNames?: readonly string[];
}

/**
 * The set of an IDX file of images and, where there is one, an IDX file of labels.
 *
 * @throws DataError when a file is damaged, or the labels are not whole numbers, one an image
 */
export async function idxSet(
  { classNames, ...info }: IdxInfo,
  imagesFile: string,
  labelsFile?: string,
): Promise<ImageSet> {
  const images = idxImages(await readIdx(imagesFile), imagesFile);
  if (labelsFile === undefined) return arraySet({ ...info, ...images }, images.pixels);
  const labels = idxLabels(await readIdx(labelsFile), labelsFile);
  const count = images.pixels.length / (images.channels * images.height * images.width);
  if (labels.length !== count)
    throw new DataError(
      `${labels.length} labels for the ${count} images of ${basename(imagesFile)}`,
      labelsFile,
    );
  const annotations = classLabels(labels, classNames);
  return arraySet({ ...info, ...images, annotations }, images.pixels);
}

/** Pixels of an IDX array of images. @throws DataError when it is not one */
export const idxImages = (array: IdxArray, file: string) =>
  imagesOfArray({ ...array, bytesEach: array.data.BYTES_PER_ELEMENT }, file);

function idxLabels({ shape, data }: IdxArray, file: string): Int32Array {
  if (shape.length !== 1 || data instanceof Float32Array || data instanceof Float64Array)
    throw new DataError(
      `labels are one row of whole numbers; this array is ${shape.join("×")}`,
      file,
    );
  return Int32Array.from(data);
}

/** The file of labels beside a file of images, by MNIST's way of naming; undefined where none is. */
export async function labelsBeside(imagesFile: string): Promise<string | undefined> {
  const name = basename(imagesFile)
    .replace("images", "labels")
    .replace(/idx[34]/, "idx1");
  if (name === basename(imagesFile)) return undefined;
  const file = join(dirname(imagesFile), name);
  return access(file).then(
    () => file,
    () => undefined,
  );
}
