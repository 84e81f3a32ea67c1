import { ConfigError } from "../core/errors.js";

/** How often an image finds its caption among others, and a caption its image. */
export interface Retrieval {
  /** Images, and captions, that were looked up. */
  readonly count: number;
  /** Images whose nearest caption says the same as their own. */
  readonly imageToCaption: number;
  /** Captions whose nearest image has a caption that says the same. */
  readonly captionToImage: number;
}

/**
 * R@1 within consecutive groups of images and their captions. A caption that is repeated within a group
 * is right wherever it stands; of equal similarities the first counts.
 *
 * @param images     [count, E] embeddings of length 1
 * @param captions   [count, E] those of the images' captions
 * @param texts      [count] the captions
 * @param among      images of a group; a last, smaller group is left out
 * @throws ConfigError when there is no whole group
 */
export function retrieval(
  images: Float32Array,
  captions: Float32Array,
  texts: readonly string[],
  among: number,
): Retrieval {
  const groups = Math.floor(texts.length / among);
  if (groups < 1) {
    throw new ConfigError(`there are ${texts.length} images, fewer than a group of ${among}`);
  }
  const width = images.length / texts.length;
  const cosine = (image: number, caption: number) => {
    let sum = 0;
    for (let at = 0; at < width; at++) {
      sum += images[image * width + at] * captions[caption * width + at];
    }
    return sum;
  };
  let [imageToCaption, captionToImage] = [0, 0];
  for (let group = 0; group < groups; group++) {
    const members = Array.from({ length: among }, (_, at) => group * among + at);
    for (const one of members) {
      const caption = largest(members, (other) => cosine(one, other));
      const image = largest(members, (other) => cosine(other, one));
      imageToCaption += Number(texts[caption] === texts[one]);
      captionToImage += Number(texts[image] === texts[one]);
    }
  }
  return { count: groups * among, imageToCaption, captionToImage };
}

function largest(members: readonly number[], value: (member: number) => number): number {
  let [best, most] = [members[0], Number.NEGATIVE_INFINITY];
  for (const member of members) {
    const found = value(member);
    if (found > most) [best, most] = [member, found];
  }
  return best;
}
