import { DataError } from "../core/errors.js";
import type { Images } from "../core/images.js";

/**
 * Peak signal-to-noise ratio: −10 log₁₀ of the mean squared error of all pixels of all images together, the
 * peak being 1. The higher, the closer; infinite for equal images.
 *
 * @returns  decibels
 * @throws DataError when the images differ in number or size
 */
export function psnr(found: Images, clean: Images): number {
  const { pixelsUnit: truth } = clean;
  if (found.pixelsUnit.length !== truth.length) {
    throw new DataError(
      `${found.pixelsUnit.length} pixels cannot be compared with ${truth.length}`,
    );
  }
  const sum = found.pixelsUnit.reduce((total, value, at) => total + (value - truth[at]) ** 2, 0);
  return -10 * Math.log10(sum / truth.length);
}
