import { z } from "zod";
import { pixelsPerImage } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import { requireWhole } from "../core/missing-pixels.js";
import { stream } from "../runtime/random.js";
import { type ImageSet, mapPixels } from "./image-set.js";

/** How to vary training images, so that a model sees more than the data set has. */
export const Augmentation = z.strictObject({
  flip: z
    .boolean()
    .default(false)
    .describe("mirrors images left to right, each with probability ½"),
  shift: z
    .int()
    .min(0)
    .default(0)
    .describe("shifts images by up to this many pixels in each direction"),
  rotation: z
    .number()
    .min(0)
    .max(180)
    .default(0)
    .describe("rotates images by up to this many degrees either way"),
  seed: z.int().min(0).default(0).describe("seed of the draws"),
});
export type Augmentation = z.output<typeof Augmentation>;

/** How many numbers an image draws: mirroring, two shifts and an angle. */
const DRAWS = 4;

/**
 * A view of a set in which each image is mirrored, rotated about its centre and shifted, by uniform
 * random amounts within the bounds. Pixels beyond the border repeat the border. Rotated pixels are
 * interpolated bilinearly and rounded to the levels of the set, if it has levels.
 *
 * A draw depends on the seed, the epoch and the image's index in its split, so it does not depend
 * on the batch or on which part of the split is read.
 *
 * @throws ConfigError when the shift is not smaller than the side of an image
 * @throws MissingPixelsError when pixels are missing
 */
export function augment(set: ImageSet, augmentation: Augmentation, epoch: number): ImageSet {
  const { flip, shift, rotation, seed } = augmentation;
  if (!flip && shift === 0 && rotation === 0) return set;
  const { height, width, levels } = set;
  requireWhole(set, "fit", "they cannot be augmented");
  if (shift >= Math.min(height, width)) {
    throw new ConfigError(
      `images of ${height}×${width} pixels cannot be shifted by ${shift}; shift by less than their side`,
    );
  }
  const draws = stream(seed, `augment/${set.origin?.split ?? set.split}`, epoch);
  const size = pixelsPerImage(set);
  const drawn = new Float64Array(DRAWS);
  const steps = 2 * shift + 1;
  return mapPixels(set, {}, (indices, pixels) => {
    for (let b = 0; b < indices.length; b++) {
      const place = set.origin?.indices[indices[b]] ?? indices[b];
      draws.uniform(drawn, place * DRAWS);
      const [mirrored, down, right, turned] = drawn;
      const image = pixels.subarray(b * size, (b + 1) * size);
      move(image, set, {
        isMirrored: flip && mirrored < 0.5,
        down: Math.floor(down * steps) - shift,
        right: Math.floor(right * steps) - shift,
        radians: ((2 * turned - 1) * rotation * Math.PI) / 180,
      });
      if (levels !== undefined && rotation > 0) {
        for (let at = 0; at < size; at++) {
          image[at] = Math.round(image[at] * (levels - 1)) / (levels - 1);
        }
      }
    }
  });
}

interface Movement {
  readonly isMirrored: boolean;
  /** Downward shift in pixels. */
  readonly down: number;
  readonly right: number;
  /** Clockwise rotation. */
  readonly radians: number;
}

/** Mirrors, rotates and shifts an image [C, H, W], in place. */
function move(
  image: Float32Array,
  { channels, height, width }: Pick<ImageSet, "channels" | "height" | "width">,
  { isMirrored, down, right, radians }: Movement,
): void {
  const source = image.slice();
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const within = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dy, dx] = [y - down - middleY, x - right - middleX];
      const fromY = within(middleY + cos * dy - sin * dx, height);
      const turnedX = within(middleX + cos * dx + sin * dy, width);
      const fromX = isMirrored ? width - 1 - turnedX : turnedX;
      const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
      const [shareY, shareX] = [fromY - top, fromX - left];
      const [below, beside] = [within(top + 1, height), within(left + 1, width)];
      for (let c = 0; c < channels; c++) {
        const at = (row: number, column: number) => source[(c * height + row) * width + column];
        const upper = (1 - shareX) * at(top, left) + shareX * at(top, beside);
        const lower = (1 - shareX) * at(below, left) + shareX * at(below, beside);
        image[(c * height + y) * width + x] = (1 - shareY) * upper + shareY * lower;
      }
    }
  }
}
