import { ConfigError } from "../core/errors.js";
import type { ImageSet } from "./image-set.js";
import type { NamedDataset } from "./named-dataset.js";
import { Resize, resizeSet } from "./resize.js";

/** Which part of a data set to load and how. */
export interface NamedLoadOptions {
  /** `train` (the default), `test`, or `all` for a path that is not divided. */
  readonly split?: string;
  /** Brings images to this size: a side of a square, or height and width. */
  readonly size?: number | Readonly<{ height: number; width: number; fit?: Resize["fit"] }>;
  /** 1 turns image files to grey, 3 to colour. */
  readonly channels?: number;
}

/**
 * A data set that has a name.
 *
 * @param prepare  sees to it that the data is there, and says where
 * @throws ConfigError when the split, size or channels are not valid
 */
export async function loadNamed(
  dataset: NamedDataset,
  { split = "train", channels = dataset.channels, size }: NamedLoadOptions,
  prepare: () => Promise<string>,
): Promise<ImageSet> {
  const resize = parseSize(size);
  if (split !== "train" && split !== "test")
    throw new ConfigError(`${dataset.name} has no split "${split}"; it has train and test`);
  if (channels !== dataset.channels)
    throw new ConfigError(`${dataset.name} has ${dataset.channels} channels, not ${channels}`);
  const set = await dataset.load(split, await prepare());
  return resize === undefined ? set : resizeSet(set, resize);
}

/** @throws ConfigError when it is no size */
export function parseSize(size: NamedLoadOptions["size"]): Resize | undefined {
  if (size === undefined) return undefined;
  const parsed = Resize.safeParse(typeof size === "number" ? { height: size, width: size } : size);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `a size is a whole number of pixels, or height × width; ${JSON.stringify(size)} is not: ` +
      parsed.error.issues.map(({ message }) => message).join("; "),
  );
}
