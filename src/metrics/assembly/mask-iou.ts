import { DataError } from "../../core/errors.js";

/**
 * Intersection over union of masks: the share of the pixels in either mask that are in both.
 *
 * @param drawn  [N, H · W] in [0, 1]; from ½ on, a pixel is in the mask
 * @param truth  [N, H · W] 0 or 1
 * @param count  N
 * @returns      [N] in [0, 1]; 1 where both masks are empty
 * @throws DataError when the masks differ in size
 */
export function maskIou(drawn: Float32Array, truth: Uint8Array, count: number): number[] {
  const size = truth.length / count;
  if (drawn.length !== truth.length || !Number.isInteger(size)) {
    throw new DataError(
      `${drawn.length} and ${truth.length} pixels are no masks of ${count} images`,
    );
  }
  return Array.from({ length: count }, (_, image) => {
    let [both, either] = [0, 0];
    for (let at = image * size; at < (image + 1) * size; at++) {
      const [a, b] = [drawn[at] >= 0.5, truth[at] === 1];
      both += Number(a && b);
      either += Number(a || b);
    }
    return either === 0 ? 1 : both / either;
  });
}
