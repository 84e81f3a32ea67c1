import { DataError } from "../../core/errors.js";
import type { ImageSet } from "../../data/image-set.js";
import type { ComparedSets, DescribedSet } from "../../metrics/comparison/comparison.js";
import { comparison } from "../../metrics/comparison/registry.js";
import { chosenFeatures, isUniform } from "../../metrics/features.js";
import { drawnFrom } from "../judged-images.js";
import { SPARE } from "./checks.js";
import type { Work } from "./contract.js";
import { describedReal } from "./describe.js";
import { measured } from "./measure.js";

/** Training images to look for copies of, where fewer images are compared. */
const FEWEST_SEARCHED = 2_000;

/** Features of the real images, and the floors, which all judged sets of a size share. */
export interface KnownReal {
  readonly sets: Omit<ComparedSets, "generated">;
  /** The real images that are compared with, of which a run's likelihood is taken. */
  readonly compared: ImageSet;
  readonly unseen?: DescribedSet;
  readonly floors: Map<number, Promise<ReadonlyMap<string, number>>>;
}

export async function describeReal(work: Work): Promise<KnownReal> {
  const { images, count, seed, metrics } = work;
  const compared = drawnFrom(images.real, count, seed);
  const real = await describedReal(compared, "features of the real images", work);
  if (isUniform(real.features)) {
    throw new DataError(`the real images (${images.real.name}) all look alike to the extractor`);
  }
  const { plane } = images;
  const common = { real, shape: images.real, ...(plane && { plane }) };
  if (images.unseen === undefined) return { sets: common, compared, floors: new Map() };
  const searched = metrics.includes("memorisation") && images.unseen === images.training;
  const spared = metrics.some((name) => comparison(name).needs.includes("spare"));
  const most = Math.max(count, searched ? FEWEST_SEARCHED : 0, spared ? count + SPARE : 0);
  const chosen = drawnFrom(images.unseen, most, seed);
  const unseen = await describedReal(chosen, "features of the other real images", work);
  const [training, heldOut] = images.training === images.real ? [real, unseen] : [unseen, real];
  return {
    sets: {
      ...common,
      training,
      heldOut,
      ...(spared && { spare: slice(unseen, count, unseen.features.count) }),
    },
    compared,
    unseen,
    floors: new Map(),
  };
}

/** The floors for so many images: those of real images in place of generated ones. */
export function floorsFor(
  count: number,
  { sets, unseen, floors }: KnownReal,
  work: Work,
): Promise<ReadonlyMap<string, number>> {
  const held = floors.get(count);
  if (held !== undefined) return held;
  const found = (async () => {
    const values = new Map<string, number>();
    const stands = {
      unseen: unseen && slice(unseen, 0, Math.min(count, unseen.features.count)),
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

/** Images of a set from one position up to another. */
function slice({ features, probs, pixels }: DescribedSet, from: number, to: number): DescribedSet {
  const positions = Array.from({ length: to - from }, (_, at) => from + at);
  const classes = (probs?.length ?? 0) / features.count;
  return {
    features: chosenFeatures(features, positions),
    ...(probs && { probs: probs.subarray(from * classes, to * classes) }),
    ...(pixels && { pixels: chosenFeatures(pixels, positions) }),
  };
}
