import { ConfigError, DataError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { type ImageSet, subset } from "./image-set.js";

/**
 * The images that have an attribute or are of a class, or those that do not.
 *
 * @param name   of an attribute, or of a class where no attribute has that name
 * @param holds  false for the images that lack it
 * @param most   images to take at most, from the first
 * @throws ConfigError when the set knows no such name
 * @throws DataError when no image is left
 */
export function havingAttribute(
  set: ImageSet,
  name: string,
  { holds = true, most = Number.POSITIVE_INFINITY } = {},
): ImageSet {
  const has = membership(set, name);
  const found: number[] = [];
  for (let image = 0; image < set.count && found.length < most; image++) {
    if (has(image) === holds) found.push(image);
  }
  if (found.length > 0) return subset(set, found);
  throw new DataError(`${holds ? "no image" : "every image"} of ${set.name} has "${name}"`);
}

function membership({ annotations = {}, name: set }: ImageSet, name: string) {
  const { class: classes, attributes } = annotations;
  const attribute = attributes?.names.indexOf(name) ?? -1;
  if (attributes !== undefined && attribute >= 0) {
    return (image: number) => attributes.values[image * attributes.names.length + attribute] >= 0.5;
  }
  const wanted = classes?.names.indexOf(name) ?? -1;
  if (classes !== undefined && wanted >= 0)
    return (image: number) => classes.values[image] === wanted;
  const known = [...(attributes?.names ?? []), ...(classes?.names ?? [])];
  const hint =
    known.length === 0
      ? "; its images carry neither classes nor attributes"
      : didYouMean(name, known) || `; there are ${known.join(", ")}`;
  throw new ConfigError(`${set} has no attribute or class "${name}"${hint}`);
}
