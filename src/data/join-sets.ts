import { pixelsPerImage } from "../core/batch.js";
import { checkRead, type ImageSet } from "./image-set.js";
import { joinAnnotations } from "./join-annotations.js";

/**
 * Concatenates sets of the same image shape, with their annotations (see {@link joinAnnotations}).
 * Images with the same id in several sets form one group, and so do the groups of those images.
 *
 * @param known  name and source of the whole
 */
export function joinSets(
  parts: readonly ImageSet[],
  known: Pick<ImageSet, "name" | "source" | "split">,
): ImageSet {
  const [{ channels, height, width, levels }] = parts;
  const starts = [0];
  for (const part of parts) starts.push((starts.at(-1) ?? 0) + part.count);
  const count = starts.at(-1) ?? 0;
  const missing = numbersOf(parts, ({ missing }) => missing, 0);
  const weights = numbersOf(parts, ({ weights }) => weights, 1);
  const groups = joinedGroups(parts);
  const annotations = joinAnnotations(parts);
  const info = {
    ...known,
    channels,
    height,
    width,
    count,
    ids: parts.flatMap((part) => part.ids ?? placesIn(part)),
    ...(levels !== undefined && parts.every((part) => part.levels === levels) && { levels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(missing && { missing: Uint32Array.from(missing) }),
    ...(weights && { weights: Float32Array.from(weights) }),
    ...(groups && { groups }),
  };
  const size = pixelsPerImage(info);
  return {
    ...info,
    async read(indices, out) {
      checkRead(info, indices, out);
      for (const [p, part] of parts.entries()) {
        const places = Array.from(indices, (index, b) => ({ index: index - starts[p], b })).filter(
          ({ index }) => index >= 0 && index < part.count,
        );
        if (places.length === 0) continue;
        const pixels = new Float32Array(places.length * size);
        await part.read(
          places.map(({ index }) => index),
          pixels,
        );
        places.forEach(({ b }, at) => {
          out.set(pixels.subarray(at * size, (at + 1) * size), b * size);
        });
      }
    },
  };
}

const placesIn = (set: ImageSet) =>
  Array.from({ length: set.count }, (_, index) => `${set.source}[${index}]`);

/** Concatenates a number per image of all parts, where any part has them. */
function numbersOf(
  parts: readonly ImageSet[],
  each: (part: ImageSet) => ArrayLike<number> | undefined,
  usual: number,
): number[] | undefined {
  if (parts.every((part) => each(part) === undefined)) return undefined;
  return parts.flatMap((part) =>
    Array.from(each(part) ?? new Float32Array(part.count).fill(usual)),
  );
}

/** Groups that join the groups of every part, and images with the same id across parts. */
function joinedGroups(parts: readonly ImageSet[]): Uint32Array | undefined {
  const parents: number[] = [];
  const rootOf = (group: number): number => {
    let root = group;
    while (parents[root] !== root) root = parents[root];
    return root;
  };
  const known = new Map<string, number>();
  let isShared = parts.some(({ groups }) => groups !== undefined);
  const images = parts.flatMap((part, p) =>
    Array.from({ length: part.count }, (_, index) => {
      const own = `${p}/${part.groups?.[index] ?? `image ${index}`}`;
      const group = known.get(own) ?? parents.push(parents.length) - 1;
      known.set(own, group);
      const id = part.ids && `id ${part.ids[index]}`;
      if (id === undefined) return group;
      const other = known.get(id);
      known.set(id, other ?? group);
      if (other !== undefined) {
        isShared = true;
        parents[rootOf(group)] = rootOf(other);
      }
      return group;
    }),
  );
  return isShared ? Uint32Array.from(images, rootOf) : undefined;
}
