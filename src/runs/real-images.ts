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
  /** What generated images are compared with: floats rounded to 256 levels, but for points of a plane. */
  readonly real: ImageSet;
  /** The same as a run takes them, neither rounded nor brought to other channels; absent where named apart. */
  readonly asTrained?: ImageSet;
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
  const isNamed = typeof source === "string";
  const plane = knownDensity(isNamed ? source : source.source);
  const load = (part: RealSplit): Promise<ImageSet> =>
    isNamed
      ? loadDataset(source, { ...options, split: part })
      : loadAsTrained(source, part, options);
  const compared = (set: ImageSet): ImageSet => {
    const asFilesHoldIt = plane === undefined ? inBytes(set) : set;
    return convertChannels(asFilesHoldIt, channels ?? set.channels);
  };
  const loaded = await load(split);
  const common = {
    real: compared(loaded),
    ...(!isNamed && { asTrained: loaded }),
    binarisation: isNamed ? "none" : source.binarisation.mode,
    ...(plane && { plane }),
  } as const;
  if (split === "all") return common;
  const unseen = compared(await load(split === "train" ? "test" : "train"));
  const [training, heldOut] = split === "train" ? [common.real, unseen] : [unseen, common.real];
  return { ...common, unseen, training, heldOut };
}

/** Real images as a run takes them. */
export const loadAsTrained = async (
  spec: DataSpec,
  split: RealSplit,
  options: LoadOptions,
): Promise<ImageSet> => binarise(await loadDataOf(spec, split, options), spec.binarisation);

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
  const key = (spec: DataSpec) => {
    const { source, height, width, channels, binarisation, resize, skipDamaged } = spec;
    return JSON.stringify([
      source,
      height,
      width,
      channels,
      binarisation,
      resize?.fit,
      skipDamaged,
    ]);
  };
  const other = specs.find((spec) => key(spec) !== key(first));
  if (other === undefined) return first;
  throw new ConfigError(
    `the runs were trained on different images (${first.name} and ${other.name}, or differently prepared); name the real ones: --real`,
  );
}
