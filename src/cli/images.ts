import { ConfigError, DataError } from "../core/errors.js";
import { binarise } from "../data/binarise.js";
import type { DataSpec } from "../data/data-spec.js";
import { formatImageShape, type ImageSet, subset } from "../data/image-set.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";
import { loadImages } from "../data/load-images.js";
import { validationSplit } from "../data/split.js";
import { loadDataOf } from "../runs/index.js";
import type { OpenRun } from "../training/load-run.js";
import type { Context } from "./action.js";
import { UsageError } from "./errors.js";
import { given, type ImageChoice } from "./options.js";
import { showDataWork } from "./work.js";

/**
 * Loads the images for a command in the form that the run's model takes: sized and binarised like
 * its training images.
 *
 * @param files  paths, instead of a data set
 * @throws UsageError when files and a data set are both given
 * @throws DataError when their size differs from the run's and `--resize` is not given
 */
export async function imagesFor(
  { data }: Pick<OpenRun, "data">,
  files: readonly string[],
  choice: ImageChoice,
  context: Context,
): Promise<ImageSet> {
  const set = await showDataWork(context, (onProgress, reading) => {
    const { resize, skipDamaged } = choice;
    const loading = { onProgress, ...reading, ...given({ skipDamaged }) };
    if (files.length === 0) return dataset(data, choice, loading);
    if (choice.data !== undefined || choice.split !== undefined) {
      throw new UsageError("give files, or a data set with --data and --split, not both");
    }
    return loadImages(files, data, { ...given({ resize }), ...loading });
  });
  return binarise(set, data.binarisation);
}

type Loading = Pick<LoadOptions, "onProgress" | "onNote" | "signal" | "skipDamaged">;

async function dataset(
  data: DataSpec,
  { data: other, split = "test", resize = false }: ImageChoice,
  loading: Loading,
): Promise<ImageSet> {
  if (other === undefined || other === data.source || other === data.name) {
    if (split !== "validation" && split !== "train") return loadDataOf(data, split, loading);
    const train = await loadDataOf(data, "train", loading);
    const { validation } = data;
    if (validation !== null) {
      return validationSplit(train, validation.fraction, validation.seed)[split];
    }
    if (split === "train") return train;
    throw new ConfigError("the run held out no validation images; its splits are train and test");
  }
  const { height, width, channels } = data;
  const size = resize ? { size: { height, width } } : {};
  const set = await loadDataset(other, { split, ...size, ...loading });
  if (set.height === height && set.width === width && set.channels === channels) return set;
  throw new DataError(
    `the images of ${other} are ${formatImageShape(set)}; the run takes ${formatImageShape(data)}` +
      (set.channels === channels ? ". Resize them with --resize" : ""),
  );
}

/** What an image is called: its file, or its place in its set. */
export const idOf = ({ ids, name, split }: ImageSet, index: number): string =>
  ids?.[index] ?? `${name}/${split}/${index}`;

/** The images with these numbers. @throws UsageError when a number is beyond the set */
export function chosen(set: ImageSet, numbers: readonly number[]): ImageSet {
  const beyond = numbers.find((number) => number >= set.count);
  if (beyond !== undefined) {
    throw new UsageError(`there is no image ${beyond}: ${set.name} has 0 to ${set.count - 1}`);
  }
  return subset(set, numbers);
}

/** The first `count` images of a set, or all where it has fewer. */
export const firstOf = (set: ImageSet, count: number): ImageSet =>
  count >= set.count
    ? set
    : subset(
        set,
        Array.from({ length: count }, (_, index) => index),
      );

export interface PickChoice {
  readonly count: number;
  readonly images?: readonly number[];
}

/** The images of a set that a command shows. */
export const picked = (set: ImageSet, { count, images }: PickChoice): ImageSet =>
  images === undefined ? firstOf(set, count) : chosen(set, images);
