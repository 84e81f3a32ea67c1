import { ConfigError } from "../core/errors.js";
import { formatImageShape, type ImageSet, mapPixels } from "./image-set.js";
import { joinSets } from "./join-sets.js";

const BYTE_LEVELS = 256;

/**
 * Joins several sets into one whose class is the domain: the name of an image's original set. It
 * drops the sets' own classes, and keeps captions where all sets have them and attributes where all
 * have the same. Images with the same id in several sets form one group, so that a split never
 * separates a pair.
 *
 * @param members  at least two sets of the same shape
 * @throws ConfigError when there are fewer, their shapes differ or two are the same
 */
export function unionOf(members: readonly ImageSet[]): ImageSet {
  const [first, ...others] = members;
  if (others.length === 0) throw new ConfigError("a union needs two data sets or more");
  const isTwice = members.find(
    ({ source }, place) => members.findIndex((member) => member.source === source) < place,
  );
  if (isTwice !== undefined) throw new ConfigError(`${isTwice.name} is in the union twice`);
  const odd = others.find(
    ({ channels, height, width }) =>
      channels !== first.channels || height !== first.height || width !== first.width,
  );
  if (odd !== undefined) {
    const ways = [
      ...(odd.height !== first.height || odd.width !== first.width
        ? [
            `one size (--size ${Math.max(first.height, odd.height)}x${Math.max(first.width, odd.width)})`,
          ]
        : []),
      ...(odd.channels !== first.channels ? ["one number of channels (--channels 1 or 3)"] : []),
    ];
    throw new ConfigError(
      `images of ${first.name} are ${formatImageShape(first)}, those of ${odd.name} ${formatImageShape(odd)}; convert all to ${ways.join(" and ")}`,
    );
  }
  const known = {
    name: members.map(({ name }) => name).join(","),
    source: members.map(({ source }) => source).join(","),
    split: first.split,
  };
  const { annotations, ...joined } = joinSets(inSameLevels(members), known);
  const values = members.flatMap(({ count }, domain) => Array<number>(count).fill(domain));
  return {
    ...joined,
    isUnion: true,
    annotations: {
      ...annotations,
      class: { names: domainNames(members), values: Int32Array.from(values) },
    },
  };
}

/** The domain that an image of a union is of. */
export function domainOfImage({ annotations }: ImageSet, image: number): string | undefined {
  const domains = annotations?.class;
  return domains?.names[domains.values[image]];
}

/** The sets' names; where two share a name, their sources. */
function domainNames(members: readonly ImageSet[]): string[] {
  const names = members.map(({ name }) => name);
  return members.map(({ name, source }) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : source,
  );
}

/** Converts sets with different levels to sets of bytes; a set of floats keeps its values. */
function inSameLevels(members: readonly ImageSet[]): ImageSet[] {
  const [{ levels }] = members;
  if (members.every((member) => member.levels === levels)) return [...members];
  return members.map((member) => {
    if (member.levels === undefined || member.levels === BYTE_LEVELS) return member;
    return mapPixels(member, { levels: BYTE_LEVELS }, (_, pixels) => {
      for (let at = 0; at < pixels.length; at++) pixels[at] = Math.round(pixels[at] * 255) / 255;
    });
  });
}
