import { ConfigError } from "../core/errors.js";
import { stream } from "../runtime/random.js";
import { type ImageSet, subset } from "./image-set.js";

/** Share held out as `test` from a source without a test part. */
const TEST_FRACTION = 0.1;

/**
 * Splits a set at random into two disjoint parts that cover it and keep its order. Images of one
 * group stay together; the validation part may then be smaller than the given share.
 *
 * @param fraction  share of the validation part, in (0, 1)
 * @param seed      seed of the split
 * @throws ConfigError when the fraction is outside (0, 1) or leaves a part empty
 */
export function validationSplit(
  set: ImageSet,
  fraction: number,
  seed: number,
): { readonly train: ImageSet; readonly validation: ImageSet } {
  const count = Math.round(set.count * fraction);
  const isShare = fraction > 0 && fraction < 1;
  const parts = isShare ? divide(set, count, seed, "validation-split") : undefined;
  if (parts === undefined) {
    throw new ConfigError(
      `a validation share of ${fraction} of the ${set.count} images of ${set.name}${inGroups(set)} leaves a part empty; hold out another share, or none (0)`,
    );
  }
  const [rest, held] = parts;
  return { train: subset(set, rest), validation: subset(set, held, "validation") };
}

/**
 * The train or test part of a source without splits: a fixed random tenth (seed 0) is for testing.
 * `all` is the whole.
 *
 * @throws ConfigError when there is no such split, or too few images to split
 */
export function holdOut(pool: ImageSet, split: string): ImageSet {
  if (split === "all") return pool;
  if (split !== "train" && split !== "test") {
    throw new ConfigError(`${pool.name} has no split "${split}"; it has train, test and all`);
  }
  const parts = divide(pool, Math.round(pool.count * TEST_FRACTION), 0, "test-split");
  if (parts === undefined) {
    throw new ConfigError(
      `${pool.name} has too few images (${pool.count}${inGroups(pool)}): a tenth is held out for testing, which needs at least ${0.5 / TEST_FRACTION} images`,
    );
  }
  const [train, test] = parts;
  return subset(pool, split === "train" ? train : test, split);
}

function inGroups({ groups }: ImageSet): string {
  if (groups === undefined) return "";
  const { size } = new Set(groups);
  return `, in ${size} ${size === 1 ? "group" : "groups"}`;
}

/** Indices in order: those that stay, and at most `most` that are held out; neither is empty. */
function divide(
  set: ImageSet,
  most: number,
  seed: number,
  name: string,
): readonly [Uint32Array, Uint32Array] | undefined {
  const groups = set.groups ?? Uint32Array.from({ length: set.count }, (_, index) => index);
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const order = [...sizes];
  const held = new Set<number>();
  let count = 0;
  for (const place of stream(seed, name).permutation(order.length)) {
    const [group, size] = order[place];
    if (count + size > most) continue;
    held.add(group);
    count += size;
  }
  if (count === 0 || count === set.count) return undefined;
  const positions = Uint32Array.from(groups.keys());
  const isHeld = (index: number) => held.has(groups[index]);
  return [positions.filter((index) => !isHeld(index)), positions.filter(isHeld)];
}
