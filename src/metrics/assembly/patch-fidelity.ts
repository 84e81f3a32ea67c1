import { pixelsPerImage } from "../../core/batch.js";
import type { Images } from "../../core/images.js";
import type { PatchCanvas } from "../../core/patch-canvas.js";

/**
 * How far images are from the patches that they should contain: the mean |image − patch| of the pixels
 * that the patches cover, in units of a pixel's range.
 *
 * @param canvas  the patches at their places, of as many images
 * @returns       [N]
 */
export function patchErrors(images: Images, { images: laid, covered }: PatchCanvas): number[] {
  const { count, channels, height, width, pixelsUnit } = images;
  const area = height * width;
  const size = pixelsPerImage(images);
  return Array.from({ length: count }, (_, image) => {
    let [sum, pixels] = [0, 0];
    for (let pixel = 0; pixel < area; pixel++) {
      if (covered[image * area + pixel] === 0) continue;
      for (let channel = 0; channel < channels; channel++) {
        const at = image * size + channel * area + pixel;
        sum += Math.abs(pixelsUnit[at] - laid.pixelsUnit[at]);
        pixels++;
      }
    }
    return sum / pixels;
  });
}
