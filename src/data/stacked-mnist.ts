import { z } from "zod";
import { DataError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { countOption, datasetWithOptions, seedOption } from "./dataset-variants.js";
import { checkRead, type ImageSet } from "./image-set.js";
import { knownSplit } from "./known-split.js";
import { mnist } from "./mnist.js";
import type { NamedDataset } from "./named-dataset.js";

const CHANNELS = 3;
const DIGITS = 10;
/** The numbers of images that PacGAN trains on and draws to count modes. */
const TRAIN = 128_000;
const TEST = 26_000;

const NAMES = Array.from({ length: DIGITS ** CHANNELS }, (_, number) =>
  String(number).padStart(CHANNELS, "0"),
);

const Options = z.strictObject({ seed: seedOption, count: countOption(TRAIN) });

/**
 * Three MNIST digits as the channels of a colour image, drawn uniformly from all images: 1,000
 * modes, one per number that the digits spell.
 *
 * @source Lin et al. 2018, PacGAN, arXiv:1712.04086, section 4.2
 */
export const stackedMnist: NamedDataset = datasetWithOptions(
  "stacked-mnist",
  Options,
  ({ seed, count }, name) => {
    const splits = { train: count, test: TEST };
    return {
      channels: CHANNELS,
      height: mnist.height,
      width: mnist.width,
      title: "three MNIST digits as colours",
      splits,
      downloadBytes: mnist.downloadBytes,
      origin: `drawn by Figment from ${mnist.origin}`,
      licence: `that of mnist: ${mnist.licence}`,
      note: "class = the number that red, green and blue spell; train uses MNIST's training digits, test its test digits",
      isAvailable: mnist.isAvailable,
      fetch: mnist.fetch,
      async load(split, cacheDir) {
        const digits = await mnist.load(split, cacheDir);
        return stackedSet(digits, { name, seed, count: splits[knownSplit(name, splits, split)] });
      },
    };
  },
);

interface Draw {
  readonly name: string;
  readonly seed: number;
  readonly count: number;
}

/**
 * Images whose channels are three images of a grey set. Image i depends only on the seed, the split
 * and i.
 *
 * @throws DataError when the classes of the set are not ten
 */
export function stackedSet(digits: ImageSet, { name, seed, count }: Draw): ImageSet {
  const { split, height, width, levels } = digits;
  const classes = digits.annotations?.class;
  if (classes?.names.length !== DIGITS) {
    throw new DataError("stacks need images of ten digits", digits.source);
  }
  const chosen = new Uint32Array(CHANNELS * count);
  stream(seed, `stacked-mnist/${split}`).integers(chosen, digits.count);
  const values = Int32Array.from({ length: count }, (_, i) => {
    const [red, green, blue] = chosen.subarray(CHANNELS * i, CHANNELS * (i + 1));
    return (classes.values[red] * DIGITS + classes.values[green]) * DIGITS + classes.values[blue];
  });
  const info = {
    name,
    source: name,
    split,
    count,
    channels: CHANNELS,
    height,
    width,
    ...(levels !== undefined && { levels }),
    annotations: { class: { names: NAMES, values } },
  };
  return {
    ...info,
    read(indices, out) {
      checkRead(info, indices, out);
      const channels = Uint32Array.from(
        { length: CHANNELS * indices.length },
        (_, at) => chosen[CHANNELS * indices[Math.floor(at / CHANNELS)] + (at % CHANNELS)],
      );
      return digits.read(channels, out);
    },
  };
}
