import { basename, dirname, join } from "node:path";
import { classLabels } from "../core/annotations.js";
import { DataError } from "../core/errors.js";
import { type ArrayImages, imagesOfArray } from "./array-images.js";
import { exists } from "./exists.js";
import { type IdxArray, readIdx } from "./idx.js";
import { arraySet, type ImageSet, type SetInfo } from "./image-set.js";
import type { OnNote } from "./notes.js";

/** Name and class names of a set from an IDX pair. */
export interface IdxInfo extends Pick<SetInfo, "name" | "source" | "split"> {
  /** Class names by number; the numbers themselves where absent. */
  readonly classNames?: readonly string[];
}

/**
 * Loads the set of an IDX file of images, with an IDX file of labels if there is one.
 *
 * @throws DataError when a file is damaged, or the labels are not one class number per image
 */
export async function idxSet(
  { classNames, ...info }: IdxInfo,
  imagesFile: string,
  labelsFile?: string,
  onNote?: OnNote,
): Promise<ImageSet> {
  const images = idxImages(await readIdx(imagesFile), imagesFile, onNote);
  if (labelsFile === undefined) return arraySet({ ...info, ...images }, images.pixels);
  const labels = idxLabels(await readIdx(labelsFile), labelsFile);
  const count = images.pixels.length / (images.channels * images.height * images.width);
  if (labels.length !== count) {
    throw new DataError(
      `${labels.length} labels for the ${count} images of ${basename(imagesFile)}`,
      labelsFile,
    );
  }
  const annotations = classLabels(labels, classNames);
  return arraySet({ ...info, ...images, annotations }, images.pixels);
}

/** Pixels of an IDX array of images. @throws DataError when it does not hold images */
export function idxImages(array: IdxArray, file: string, onNote?: OnNote): ArrayImages {
  const kind = isFloat(array) ? "float" : "integer";
  const bytesEach = array.data.BYTES_PER_ELEMENT;
  return imagesOfArray({ ...array, kind, bytesEach }, file, onNote);
}

const isFloat = ({ data }: IdxArray) =>
  data instanceof Float32Array || data instanceof Float64Array;

/** Number of classes that a byte can number; class numbers below it may have gaps. */
const BYTE_CLASSES = 256;

/**
 * Class numbers.
 *
 * @throws DataError when they are not a vector of whole numbers ≥ 0, or so sparse that they must
 *   mean something else
 */
function idxLabels(array: IdxArray, file: string): Int32Array {
  const { shape, data, dataOffset } = array;
  if (shape.length !== 1 || isFloat(array)) {
    throw new DataError(
      `labels must be a vector of whole numbers; this array is ${shape.join("×")}`,
      file,
    );
  }
  const negative = data.findIndex((label) => label < 0);
  if (negative >= 0) {
    throw new DataError(
      `labels must be class numbers ≥ 0; label ${negative} is ${data[negative]}`,
      file,
      dataOffset + negative * data.BYTES_PER_ELEMENT,
    );
  }
  const classes = new Set<number>(data);
  const highest = [...classes].reduce((most, label) => Math.max(most, label), 0);
  if (highest >= BYTE_CLASSES && 2 * classes.size < highest + 1) {
    throw new DataError(
      `labels must be class numbers from 0; the highest is ${highest}, but only ${classes.size} occur. Number them without gaps`,
      file,
    );
  }
  return Int32Array.from(data);
}

/** The file of labels beside a file of images, by MNIST's naming; undefined where there is none. */
export async function labelsBeside(imagesFile: string): Promise<string | undefined> {
  const name = basename(imagesFile)
    .replace("images", "labels")
    .replace(/idx[34]/, "idx1");
  if (name === basename(imagesFile)) return undefined;
  const file = join(dirname(imagesFile), name);
  return (await exists(file)) ? file : undefined;
}
