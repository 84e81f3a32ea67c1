import { ConfigError } from "../core/errors.js";
import { type Binarisation, binarise } from "../data/binarise.js";
import { convertChannels } from "../data/channels.js";
import type { DataSpec } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { type LoadOptions, loadDataset } from "../data/load-dataset.js";
import { inBytes } from "./judged-images.js";
import { type KnownDensity, knownDensity } from "./known-density.js";
import { loadDataOf } from "./run-data.js";

/** The splits of the real images that others can be compared with. */
export const realSplits = ["test", "train", "test-seen", "all"] as const;
export type RealSplit = (typeof realSplits)[number];

/** The real images of an evaluation, by the part that they play in it. */
export interface RealImages {
  /** What generated images are compared with. */
  readonly real: ImageSet;
  /** Real images that are not among these, for the floor; absent where all are compared with. */
  readonly unseen?: ImageSet;
  /** Images to look for copies of, and those that a model was not trained on. */
  readonly training?: ImageSet;
  readonly heldOut?: ImageSet;
  readonly binarisation: Binarisation["mode"];
  /** Where they are points of a known density in the plane. */
  readonly plane?: KnownDensity;
}

export interface RealOptions extends LoadOptions {
  /** Brings images to grey (1) or colour (3). */
  readonly channels?: number;
}

/**
 * Loads real images to compare with.
 *
 * @param source  a data set's name or a path, taken as it is; or what a run was trained on, prepared as
 *                for its training
 * @throws ConfigError when images can be brought to no such number of channels
 */
export async function loadReal(
  source: string | DataSpec,
  split: RealSplit,
  { channels, ...options }: RealOptions = {},
): Promise<RealImages> {
  const plane = knownDensity(typeof source === "string" ? source : source.source);
  const asFilesHoldThem = plane === undefined ? inBytes : (set: ImageSet) => set;
  const load = async (part: string): Promise<ImageSet> => {
    const set =
      typeof source === "string"
        ? asFilesHoldThem(await loadDataset(source, { ...options, split: part }))
        : binarise(await loadDataOf(source, part, options), source.binarisation);
    return convertChannels(set, channels ?? set.channels);
  };
  const binarisation = typeof source === "string" ? "none" : source.binarisation.mode;
  const common = { binarisation, ...(plane && { plane }) } as const;
  if (split === "all") return { real: await load("all"), ...common };
  const [test, train] = [await load(split === "train" ? "test" : split), await load("train")];
  const [real, unseen] = split === "train" ? [train, test] : [test, train];
  return { real, unseen, training: train, heldOut: test, ...common };
}

/**
 * The data that runs were trained on.
 *
 * @throws ConfigError when there is no run, or runs differ in their data or its preparation
 */
export function commonData(trainedOn: readonly (DataSpec | undefined)[]): DataSpec {
  const specs = trainedOn.filter((spec) => spec !== undefined);
  const [first] = specs;
  if (first === undefined) {
    throw new ConfigError("name the real images to compare with: --real");
  }
  const key = ({ source, height, width, channels, binarisation }: DataSpec) =>
    JSON.stringify([source, height, width, channels, binarisation]);
  const other = specs.find((spec) => key(spec) !== key(first));
  if (other === undefined) return first;
  throw new ConfigError(
    `the runs were trained on different images (${first.name} and ${other.name}, or differently prepared); name the real ones: --real`,
  );
}
