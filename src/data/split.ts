import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { type ImageSet, subset } from "./image-set.js";

/** The share of a source without a test part that is held out as `test`. */
const TEST_FRACTION = 0.1;

/**
 * Divides a set at random: the parts are disjoint, together they are the set, and both keep its order.
 *
 * @param fraction  share of the validation part, in (0, 1)
 * @param seed      decides who is in it
 * @throws ConfigError when the fraction is outside (0, 1) or leaves a part empty
 */
export function validationSplit(
  set: ImageSet,
  fraction: number,
  seed: number,
): { readonly train: ImageSet; readonly validation: ImageSet } {
  const count = Math.round(set.count * fraction);
  if (!(fraction > 0 && fraction < 1) || count === 0 || count === set.count) {
    throw new ConfigError(
      `a validation share of ${fraction} of the ${set.count} images of ${set.name} leaves a part empty; hold out another share, or none (0)`,
    );
  }
  const [rest, held] = divide(set, count, seed, "validation-split");
  return { train: subset(set, rest), validation: subset(set, held, "validation") };
}

/**
 * The train or test part of a source that is not divided: one image in ten, drawn once and for all
 * (seed 0), is for testing. `all` gives the whole.
 *
 * @throws ConfigError when there is no such split or too few images to divide
 */
export function holdOut(pool: ImageSet, split: string): ImageSet {
  if (split === "all") return pool;
  const count = Math.round(pool.count * TEST_FRACTION);
  if (count === 0) {
    throw new ConfigError(
      `${pool.name} has too few images (${pool.count}): a tenth is held out for testing, which takes ${0.5 / TEST_FRACTION} images at least`,
    );
  }
  const [train, test] = divide(pool, count, 0, "test-split");
  if (split === "train") return subset(pool, train, split);
  if (split === "test") return subset(pool, test, split);
  throw new ConfigError(`${pool.name} has no split "${split}"; it has train, test and all`);
}

/** Positions in order: those that stay, and those that are held out. */
function divide(set: ImageSet, held: number, seed: number, name: string) {
  const order = stream(seed, name).permutation(set.count);
  return [order.slice(held).sort(), order.slice(0, held).sort()] as const;
}
