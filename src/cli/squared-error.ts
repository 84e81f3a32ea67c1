import type { Images } from "../core/images.js";

/** Mean squared difference of the pixels of two sets of images of one shape. */
export function squaredError(a: Images, b: Images): number {
  const sum = a.pixelsUnit.reduce((total, pixel, at) => total + (pixel - b.pixelsUnit[at]) ** 2, 0);
  return sum / a.pixelsUnit.length;
}
