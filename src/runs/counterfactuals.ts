import { alignedReader } from "../core/align-annotations.js";
import { pixelsPerImage } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { avatarOptions } from "../data/avatars/avatars.js";
import { type AttributeChange, counterfactualAvatar } from "../data/avatars/counterfactual.js";
import { exclusiveAttributes } from "../data/avatars/face.js";
import type { ImageSet } from "../data/image-set.js";
import { meanAbsoluteError } from "../metrics/absolute-error.js";
import { type Share, shareOf } from "./share.js";

/** How close translations come to the exact images that they should be. */
export interface CounterfactualFigures {
  /** Images that the change makes a difference to; only these count. */
  readonly count: number;
  /** Mean |translation − exact image|. */
  readonly error: number;
  /** Mean |image − exact image|: the error of changing nothing. */
  readonly identityError: number;
  /** Translations nearer to the exact image than to the unchanged one. */
  readonly reached: Share;
  /**
   * Pairs of a translation and another attribute that are nearer to the exact image than to it with that
   * attribute changed too; absent where no other attribute can change.
   */
  readonly othersUnchanged?: Share;
}

/** Whether a set has exact counterfactuals, because Figment draws its images. */
export const hasCounterfactuals = ({ source }: ImageSet): boolean =>
  avatarOptions(source) !== undefined;

/**
 * Compares translations of avatars with the exact faces that have these attributes. The judge is the
 * drawing itself: a translation counts as the drawn face that it is nearest to.
 *
 * @param asked  values in [0, 1] by attribute; ½ and above is present
 * @returns     undefined when the change makes no difference to any image
 * @throws ConfigError when avatars have no such attribute
 */
export async function counterfactualFigures(
  set: ImageSet,
  translated: Images,
  asked: Readonly<Record<string, number>>,
): Promise<CounterfactualFigures | undefined> {
  const names = set.annotations?.attributes?.names ?? [];
  const changes = changesOf(asked);
  const size = pixelsPerImage(set);
  const source = new Float32Array(size);
  const attributesOf = alignedReader(
    set.annotations ?? {},
    { attributes: { names } },
    ["attributes"],
    "judge",
  );
  const sums = { count: 0, error: 0, identity: 0, reached: 0, pairs: 0, unchanged: 0 };
  for (let index = 0; index < set.count; index++) {
    await set.read([index], source);
    const exact = await counterfactualAvatar(set, index, changes);
    const own = meanAbsoluteError(source, exact);
    if (own === 0) continue;
    const image = translated.pixelsUnit.subarray(index * size, (index + 1) * size);
    const toExact = squares(image, exact);
    sums.count++;
    sums.error += meanAbsoluteError(image, exact);
    sums.identity += own;
    sums.reached += Number(toExact < squares(image, source));
    const has = (name: string) => attributesOf([index]).attributes?.[names.indexOf(name)] === 1;
    for (const other of othersOf(names, asked, has)) {
      const also = await counterfactualAvatar(set, index, [...changes, other]);
      if (squares(also, exact) === 0) continue;
      sums.pairs++;
      sums.unchanged += Number(toExact < squares(image, also));
    }
  }
  const { count, pairs } = sums;
  if (count === 0) return undefined;
  return {
    count,
    error: sums.error / count,
    identityError: sums.identity / count,
    reached: shareOf(sums.reached, count),
    ...(pairs > 0 && { othersUnchanged: shareOf(sums.unchanged, pairs) }),
  };
}

/** The absence of a hair or skin colour says nothing: another one replaces it. */
const changesOf = (asked: Readonly<Record<string, number>>): AttributeChange[] =>
  Object.entries(asked)
    .map(([attribute, value]) => ({ attribute, present: value >= 0.5 }))
    .filter(({ attribute, present }) => present || exclusiveAttributes(attribute).length === 0);

/** A change of each other attribute that the face allows, one at a time. */
function othersOf(
  names: readonly string[],
  asked: Readonly<Record<string, number>>,
  has: (name: string) => boolean,
): AttributeChange[] {
  const free = names.filter(
    (name) => ![name, ...exclusiveAttributes(name)].some((one) => one in asked),
  );
  return free
    .map((attribute) => ({ attribute, present: !has(attribute) }))
    .filter(({ attribute, present }) => present || exclusiveAttributes(attribute).length === 0);
}

const squares = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0);
