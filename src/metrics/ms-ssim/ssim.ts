import type { Images } from "../../core/images.js";
import { scalesFor, ssim } from "./similarity.js";

/**
 * Mean structural similarity of each image with its counterpart, in [−1, 1]; 1 for equal images.
 *
 * @throws ConfigError when a side is shorter than 11 pixels
 */
export function meanSsim(found: Images, clean: Images): number {
  scalesFor(clean);
  const size = clean.pixelsUnit.length / clean.count;
  const image = ({ pixelsUnit }: Images, at: number) =>
    Float64Array.from(pixelsUnit.subarray(at * size, (at + 1) * size));
  let sum = 0;
  for (let at = 0; at < clean.count; at++) sum += ssim(image(found, at), image(clean, at), clean);
  return sum / clean.count;
}
