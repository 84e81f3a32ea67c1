import { DataError } from "../../core/errors.js";
import type { Images } from "../../core/images.js";

/**
 * How much several draws of the same image differ: the mean |a − b| of a pixel over all pairs of draws.
 *
 * @param draws  at least two sets of as many images
 * @returns      [N]
 * @throws DataError when there are fewer than two draws, or they differ in size
 */
export function drawDiversity(draws: readonly Images[]): number[] {
  const [first, ...others] = draws;
  if (
    others.length === 0 ||
    others.some(({ pixelsUnit }) => pixelsUnit.length !== first.pixelsUnit.length)
  ) {
    throw new DataError("diversity takes at least two draws of the same images");
  }
  const size = first.pixelsUnit.length / first.count;
  const pairs = draws.flatMap((a, at) => draws.slice(at + 1).map((b) => [a, b] as const));
  return Array.from({ length: first.count }, (_, image) => {
    let sum = 0;
    for (const [a, b] of pairs) {
      for (let at = image * size; at < (image + 1) * size; at++) {
        sum += Math.abs(a.pixelsUnit[at] - b.pixelsUnit[at]);
      }
    }
    return sum / (pairs.length * size);
  });
}
