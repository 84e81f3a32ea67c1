import { pixelsPerImage } from "../core/batch.js";
import { consecutive } from "../core/capabilities/batches.js";
import type { Images } from "../core/images.js";
import { type ImageSet, readImages, subset } from "../data/image-set.js";
import { domainOfImage } from "../data/union.js";
import { meanAbsoluteError } from "../metrics/absolute-error.js";
import { NearestImagesSearch } from "../metrics/memorisation/nearest-images.js";
import { type Share, shareOf } from "./share.js";

/** How close translations come to what the other domain has for the same thing. */
export interface PairFigures {
  /** Images with a pair; only these count. */
  readonly count: number;
  /** Mean |translation − pair|. */
  readonly error: number;
  /** Mean |image − pair|: the error of changing nothing. */
  readonly identityError: number;
  /** Mean |neighbour − pair|, where the neighbour is the domain's training image nearest to the image. */
  readonly neighbourError: number;
  /** Translations that are nearer to the pair than the image is. */
  readonly nearer: Share;
}

/** Training images compared at a time. */
const AT_A_TIME = 256;

/**
 * Compares translations of a union's images with their hidden pairs: the images of the target domain
 * that have the same id.
 *
 * @param sources   the images, a part of `whole`
 * @param whole     the union that they and their pairs are of
 * @param training  loads the union's training images, where they are needed
 * @param to        the target domain
 * @returns         undefined where no image has a pair
 */
export async function pairFigures(
  { sources, translated }: { readonly sources: ImageSet; readonly translated: Images },
  { whole, training }: { readonly whole: ImageSet; readonly training: () => Promise<ImageSet> },
  to: string,
): Promise<PairFigures | undefined> {
  const pairs = pairsOf(sources, whole, to);
  const paired = consecutive(0, sources.count).filter((image) => pairs[image] !== undefined);
  if (paired.length === 0) return undefined;
  const images = await readImages(sources, paired);
  const exact = await readImages(
    whole,
    paired.map((image) => pairs[image] as number),
  );
  const nearest = await nearestOf(images, ofDomain(await training(), to));
  const size = pixelsPerImage(sources);
  const at = (set: Images, image: number) =>
    set.pixelsUnit.subarray(image * size, (image + 1) * size);
  const meanOf = (errors: readonly number[]) =>
    errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const errorsOf = (set: Images, numbers = consecutive(0, paired.length)) =>
    numbers.map((image, place) => meanAbsoluteError(at(set, image), at(exact, place)));
  const errors = errorsOf(translated, paired);
  const unchanged = errorsOf(images);
  return {
    count: paired.length,
    error: meanOf(errors),
    identityError: meanOf(unchanged),
    neighbourError: meanOf(errorsOf(nearest)),
    nearer: shareOf(
      errors.filter((error, place) => error < unchanged[place]).length,
      paired.length,
    ),
  };
}

/** The number in the union of each image's pair, where it has one. */
function pairsOf({ ids = [] }: ImageSet, whole: ImageSet, to: string): (number | undefined)[] {
  const inDomain = new Map(placesOf(whole, to).map((image) => [whole.ids?.[image], image]));
  return ids.map((id) => inDomain.get(id));
}

/** The numbers of a union's images of one domain. */
const placesOf = (union: ImageSet, domain: string): number[] =>
  consecutive(0, union.count).filter((image) => domainOfImage(union, image) === domain);

const ofDomain = (set: ImageSet, domain: string): ImageSet => subset(set, placesOf(set, domain));

/** The image of a set that is nearest to each image, by squared distance of pixels. */
async function nearestOf(images: Images, set: ImageSet): Promise<Images> {
  const width = pixelsPerImage(set);
  const values = Float64Array.from(images.pixelsUnit);
  const search = new NearestImagesSearch({ count: images.count, width, values }, 1);
  for (let first = 0; first < set.count; first += AT_A_TIME) {
    const numbers = consecutive(first, Math.min(AT_A_TIME, set.count - first));
    search.add({ first, values: (await readImages(set, numbers)).pixelsUnit });
  }
  return readImages(set, search.result().positions);
}
