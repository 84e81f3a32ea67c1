import { type ImageShape, pixelsPerImage } from "./batch.js";
import type { PatchPlaces } from "./capability.js";
import type { Images } from "./images.js";

/** Patches laid on images. */
export interface PatchCanvas {
  /** [count, C, H, W]: the mean of the patches that cover a pixel, 0 where none does */
  readonly images: Images;
  /** [count, H, W] 1 where a patch covers the pixel */
  readonly covered: Uint8Array;
}

/**
 * Lays the patches of images at their places.
 *
 * @param values  [count, K, C, h, w]
 * @param chosen  [count, K] place of each
 */
export function patchCanvas(
  { patches, side, tops, lefts }: PatchPlaces,
  shape: ImageShape,
  values: Float32Array,
  chosen: ArrayLike<number>,
): PatchCanvas {
  const { channels, height, width } = shape;
  const [h, w] = side;
  const count = chosen.length / patches;
  const pixelsUnit = new Float32Array(count * pixelsPerImage(shape));
  const depth = new Uint16Array(count * height * width);
  for (let patch = 0; patch < chosen.length; patch++) {
    const image = Math.floor(patch / patches);
    const top = tops[Math.floor(chosen[patch] / lefts.length)];
    const left = lefts[chosen[patch] % lefts.length];
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const row = top + y;
        depth[(image * height + row) * width + left + x]++;
        for (let channel = 0; channel < channels; channel++) {
          const to = ((image * channels + channel) * height + row) * width + left + x;
          pixelsUnit[to] += values[((patch * channels + channel) * h + y) * w + x];
        }
      }
    }
  }
  for (const [at, value] of pixelsUnit.entries()) {
    const [image, pixel] = [Math.floor(at / (channels * height * width)), at % (height * width)];
    if (value !== 0) pixelsUnit[at] = value / depth[image * height * width + pixel];
  }
  const covered = Uint8Array.from(depth, (layers) => Number(layers > 0));
  return { images: { count, channels, height, width, pixelsUnit }, covered };
}
