import { pixelsPerImage } from "../../core/batch.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { checkRead, type ImageSet } from "../image-set.js";
import { avatarOptions } from "./avatars.js";
import { loadDrawFace } from "./draw-face.js";
import { drawnFaces, withAttribute } from "./face.js";

/** A change of one attribute. */
export interface AttributeChange {
  /** One of the set's attributes. */
  readonly attribute: string;
  /** False removes the attribute. To change the colour of hair or skin, name another one. */
  readonly present: boolean;
}

/**
 * Draws image `index` of the avatars with attributes changed and everything else the same.
 *
 * @param set      a set of `loadDataset("avatars")` with any options, or a part of it
 * @param changes  one, or several in order
 * @returns      [3, H, W] pixelsUnit
 * @throws ConfigError when the set is not of avatars or has no such attribute
 * @throws DataError when the set has no such image or was resized after drawing
 */
export async function counterfactualAvatar(
  set: ImageSet,
  index: number,
  changes: AttributeChange | readonly AttributeChange[],
): Promise<Float32Array> {
  const options = avatarOptions(set.source);
  if (options === undefined) {
    throw new ConfigError(
      `${set.source} is not a set of avatars; only avatars have counterfactuals`,
    );
  }
  const { size, seed } = options;
  if (set.height !== size || set.width !== size) {
    throw new DataError(
      `the faces were resized after drawing; draw them at this size: avatars:size=${set.height}`,
    );
  }
  const pixelsUnit = new Float32Array(pixelsPerImage(set));
  checkRead(set, [index], pixelsUnit);
  const split = set.origin?.split ?? set.split;
  const face = drawnFaces(seed, split)(set.origin?.indices[index] ?? index);
  const draw = await loadDrawFace();
  const changed = [changes]
    .flat()
    .reduce((before, { attribute, present }) => withAttribute(before, attribute, present), face);
  const bytes = await draw(changed, size);
  for (let i = 0; i < bytes.length; i++) pixelsUnit[i] = bytes[i] / 255;
  return pixelsUnit;
}
