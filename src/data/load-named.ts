import { ConfigError } from "../core/errors.js";
import { convertChannels } from "./channels.js";
import type { ImageSet } from "./image-set.js";
import { knownSplit } from "./known-split.js";
import { MOST_PIXELS } from "./limits.js";
import type { NamedDataset } from "./named-dataset.js";
import { Resize, resizeSet } from "./resize.js";

/** Which part of a data set to load, and how. */
export interface NamedLoadOptions {
  /**
   * `train` (the default), `test`, another split of the set, or `all` for a path without splits.
   */
  readonly split?: string;
  /** Size to resize images to: the side of a square, or height and width. */
  readonly size?: number | Readonly<{ height: number; width: number; fit?: Resize["fit"] }>;
  /** 1 converts images to grey, 3 to colour. */
  readonly channels?: number;
}

/**
 * Loads a named data set.
 *
 * @param prepare  makes the data available, and returns its cache folder
 * @throws ConfigError when the split, size or channels are invalid
 */
export async function loadNamed(
  dataset: NamedDataset,
  { split = "train", channels = dataset.channels, size }: NamedLoadOptions,
  prepare: () => Promise<string>,
): Promise<ImageSet> {
  const resize = parseSize(size);
  knownSplit(dataset.name, dataset.splits, split);
  requireChannels(channels);
  const set = await dataset.load(split, await prepare());
  return convertChannels(resize === undefined ? set : resizeSet(set, resize), channels);
}

/** @throws ConfigError when images cannot have so many channels */
export function requireChannels(channels: number): void {
  if (channels === 1 || channels === 3) return;
  throw new ConfigError(`images must have 1 channel (grey) or 3 (colour), not ${channels}`);
}

/** @throws ConfigError when it is not a size */
export function parseSize(size: NamedLoadOptions["size"]): Resize | undefined {
  if (size === undefined) return undefined;
  const parsed = Resize.safeParse(typeof size === "number" ? { height: size, width: size } : size);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `a size must be a whole number of pixels, or height × width, with at most ${MOST_PIXELS} pixels in total, not ${JSON.stringify(size)}`,
  );
}
