import { alignedReader } from "../core/align-annotations.js";
import { pixelsPerImage } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { avatarOptions } from "../data/avatars/avatars.js";
import {
  type AttributeChange,
  type Avatar,
  avatarAt,
  withChanges,
} from "../data/avatars/counterfactual.js";
import { exclusiveAttributes, type Face, formsOf } from "../data/avatars/face.js";
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
  /**
   * Mean |translation − nearest form|: an image does not say which glasses its face would wear, so every
   * kind of them is as right as the exact image's.
   */
  readonly formError: number;
  /** Translations nearer to a form of what was asked than to the unchanged image. */
  readonly reached: Share;
  /**
   * Pairs of a translation and another attribute that are nearer to the translation's nearest form than
   * to it with that attribute changed too; absent where no other attribute can change.
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
  const sums = { count: 0, error: 0, identity: 0, form: 0, reached: 0, pairs: 0, unchanged: 0 };
  for (let index = 0; index < set.count; index++) {
    await set.read([index], source);
    const { face, draw } = await avatarAt(set, index);
    const changed = withChanges(face, changes);
    const exact = await draw(changed);
    const own = meanAbsoluteError(source, exact);
    if (own === 0) continue;
    const image = translated.pixelsUnit.subarray(index * size, (index + 1) * size);
    const exactly = { face: changed, pixelsUnit: exact, distance: squares(image, exact) };
    const nearest = await nearestForm(image, exactly, Object.keys(asked), draw);
    sums.count++;
    sums.error += meanAbsoluteError(image, exact);
    sums.identity += own;
    sums.form += meanAbsoluteError(image, nearest.pixelsUnit);
    sums.reached += Number(nearest.distance < squares(image, source));
    const has = (name: string) => attributesOf([index]).attributes?.[names.indexOf(name)] === 1;
    for (const other of othersOf(names, asked, has)) {
      const also = await draw(withChanges(nearest.face, [other]));
      if (squares(also, nearest.pixelsUnit) === 0) continue;
      sums.pairs++;
      sums.unchanged += Number(nearest.distance < squares(image, also));
    }
  }
  const { count, pairs } = sums;
  if (count === 0) return undefined;
  return {
    count,
    error: sums.error / count,
    identityError: sums.identity / count,
    formError: sums.form / count,
    reached: shareOf(sums.reached, count),
    ...(pairs > 0 && { othersUnchanged: shareOf(sums.unchanged, pairs) }),
  };
}

/** A face as it is drawn, and how far it is from an image. */
interface Form {
  readonly face: Face;
  readonly pixelsUnit: Float32Array;
  readonly distance: number;
}

/** The form of a face that is nearest to an image, one attribute after the other. */
async function nearestForm(
  image: Float32Array,
  first: Form,
  attributes: readonly string[],
  draw: Avatar["draw"],
): Promise<Form> {
  let nearest = first;
  for (const attribute of attributes) {
    for (const face of formsOf(nearest.face, attribute)) {
      const pixelsUnit = await draw(face);
      const distance = squares(image, pixelsUnit);
      if (distance < nearest.distance) nearest = { face, pixelsUnit, distance };
    }
  }
  return nearest;
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
