import { pixelsPerImage } from "../../core/batch.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { checkRead, type ImageSet } from "../image-set.js";
import { avatarOptions } from "./avatars.js";
import { loadDrawFace } from "./draw-face.js";
import { drawnFaces, type Face, withAttribute } from "./face.js";

/** A change of one attribute. */
export interface AttributeChange {
  /** One of the set's attributes. */
  readonly attribute: string;
  /** False removes the attribute. To change the colour of hair or skin, name another one. */
  readonly present: boolean;
}

/** A face of a set of avatars, which can be drawn with changes. */
export interface Avatar {
  readonly face: Face;
  /** [3, H, W] pixelsUnit of this face or of a changed one */
  draw(face: Face): Promise<Float32Array>;
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
  const { face, draw } = await avatarAt(set, index);
  return draw(withChanges(face, [changes].flat()));
}

/** @throws ConfigError when avatars have no such attribute */
export const withChanges = (face: Face, changes: readonly AttributeChange[]): Face =>
  changes.reduce(
    (before, { attribute, present }) => withAttribute(before, attribute, present),
    face,
  );

/**
 * @throws ConfigError when the set is not of avatars
 * @throws DataError when the set has no such image or was resized after drawing
 */
export async function avatarAt(set: ImageSet, index: number): Promise<Avatar> {
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
  checkRead(set, [index], new Float32Array(pixelsPerImage(set)));
  const split = set.origin?.split ?? set.split;
  const drawFace = await loadDrawFace();
  return {
    face: drawnFaces(seed, split)(set.origin?.indices[index] ?? index),
    draw: async (face) => Float32Array.from(await drawFace(face, size), (byte) => byte / 255),
  };
}
