import { DataError } from "../../core/errors.js";
import type { ImageSet } from "../../data/image-set.js";
import type { ComparedSets, DescribedSet } from "../../metrics/comparison/comparison.js";
import { comparison } from "../../metrics/comparison/registry.js";
import { chosenFeatures } from "../../metrics/features.js";
import { stream } from "../../runtime/random.js";
import { drawnFrom } from "../judged-images.js";
import type { RealImages } from "../real-images.js";
import { takesFeatures } from "./aspects.js";
import { SPARE } from "./checks.js";
import type { Work } from "./contract.js";
import { describedReal, looksUniform } from "./describe.js";
import { measured } from "./measure.js";

/** Features of all training images that are searched for copies: 256 MB. */
const MOST_SEARCHED_NUMBERS = 2 ** 25;

/** Features of the real images, and the floors, which all judged sets of a size share. */
export interface KnownReal {
  readonly sets: Omit<ComparedSets, "generated">;
  /** The real images that are compared with. */
  readonly compared: ImageSet;
  readonly unseen?: DescribedSet;
  /** Its images in the random order in which they stand in for generated ones. */
  readonly order?: Uint32Array;
  readonly floors: Map<number, Promise<ReadonlyMap<string, number>>>;
}

export async function describeReal(work: Work): Promise<KnownReal> {
  const { images, count, seed, metrics } = work;
  const compared = drawnFrom(images.real, count, seed);
  const real = await describedReal(compared, "features of the real images", work);
  if (looksUniform(real)) {
    throw new DataError(`the real images (${images.real.name}) all look alike to the extractor`);
  }
  const { plane } = images;
  const classShares = classSharesOf(images, work.through.extractor.classifier?.names);
  const common = {
    real,
    shape: images.real,
    ...(classShares && { classShares }),
    ...(plane && { plane }),
  };
  if (images.unseen === undefined || !takesFeatures(metrics)) {
    return { sets: common, compared, floors: new Map() };
  }
  const searched = metrics.includes("memorisation")
    ? Math.floor(MOST_SEARCHED_NUMBERS / work.through.extractor.length)
    : 0;
  const spared = metrics.some((name) => comparison(name).needs.includes("spare"));
  const most = Math.max(count, searched, spared ? count + SPARE : 0);
  const chosen = drawnFrom(images.unseen, most, seed);
  const unseen = await describedReal(chosen, "features of the other real images", work);
  const order = stream(seed, "evaluate/floor").permutation(unseen.features.count);
  const [training, heldOut] =
    images.training === images.real
      ? [await searchedBeside(real, compared, Math.max(count, searched), work), unseen]
      : [unseen, real];
  return {
    sets: {
      ...common,
      training,
      heldOut,
      ...(spared && { spare: chosenOf(unseen, order.subarray(count, count + SPARE)) }),
    },
    compared,
    unseen,
    order,
    floors: new Map(),
  };
}

/** The training images to search, at most so many, where some of them are those compared with. */
async function searchedBeside(
  real: DescribedSet,
  compared: ImageSet,
  most: number,
  work: Work,
): Promise<DescribedSet> {
  const all = drawnFrom(work.images.real, most, work.seed);
  if (all.count === compared.count) return real;
  return describedReal(all, "features of the training images", work);
}

/** How often the real images have each class of the extractor; undefined where their classes are others. */
function classSharesOf(
  { real, plane }: RealImages,
  names: readonly string[] | undefined,
): Float64Array | undefined {
  const own = real.annotations?.class;
  if (own === undefined || own.names.join("\n") !== names?.join("\n")) return undefined;
  const shares = new Float64Array(own.names.length);
  // The parts of a density in the plane are equally likely.
  if (plane !== undefined) return shares.fill(1 / shares.length);
  for (const value of own.values) shares[value]++;
  return shares;
}

/** The floors for so many images: those of real images in place of generated ones. */
export function floorsFor(
  count: number,
  { sets, unseen, order = new Uint32Array(), floors }: KnownReal,
  work: Work,
): Promise<ReadonlyMap<string, number>> {
  const held = floors.get(count);
  if (held !== undefined) return held;
  const found = (async () => {
    const values = new Map<string, number>();
    const stands = {
      unseen: unseen && chosenOf(unseen, order.subarray(0, count)),
      real: sets.real,
      heldOut: sets.heldOut,
      none: undefined,
    };
    for (const metric of work.metrics) {
      const generated = stands[comparison(metric).floor];
      if (generated === undefined) continue;
      const only = { ...work, metrics: [metric] };
      const options = { seed: work.seed, intervals: false };
      const figures = await measured({ ...sets, generated }, "the floor: ", only, options);
      for (const { figure, value } of figures) values.set(figure, value);
    }
    return values;
  })();
  floors.set(count, found);
  return found;
}

/** Some images of a set. */
function chosenOf(
  { features, probs, pixels }: DescribedSet,
  positions: ArrayLike<number>,
): DescribedSet {
  const width = (probs?.length ?? 0) / features.count;
  return {
    features: chosenFeatures(features, positions),
    ...(probs && { probs: rowsOf(probs, width, positions) }),
    ...(pixels && { pixels: chosenFeatures(pixels, positions) }),
  };
}

function rowsOf(values: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const chosen = new Float32Array(rows.length * width);
  for (let at = 0; at < rows.length; at++) {
    chosen.set(values.subarray(rows[at] * width, (rows[at] + 1) * width), at * width);
  }
  return chosen;
}
