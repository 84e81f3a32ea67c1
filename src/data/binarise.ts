import { z } from "zod";
import { pixelsPerImage } from "../core/batch.js";
import { type Stream, stream } from "../runtime/random.js";
import { type ImageSet, mapPixels } from "./image-set.js";

/** How grey pixels become 0 or 1; part of the protocol of every score. */
export const Binarisation = z.strictObject({
  mode: z
    .enum(["none", "fixed", "dynamic"])
    .default("none")
    .describe(
      "none keeps grey values, fixed draws each pixel once, dynamic draws again in each epoch",
    ),
  seed: z.int().min(0).default(0).describe("decides the draws"),
});
export type Binarisation = z.output<typeof Binarisation>;

/**
 * A view of a set in which each pixel is 1 with the probability of its grey value, else 0. Missing
 * pixels stay missing.
 *
 * A draw depends on the seed, the image's index in its split, the pixel and (for dynamic) the
 * epoch, so it does not depend on the batch or on which part of the split is read. Sets of more
 * than 2³⁴ pixels are refused.
 *
 * @param epoch  whole number; ignored for `none` and `fixed`
 * @throws RandomError when the seed or epoch is not a whole number in [0, 2⁵³)
 */
export function binarise(set: ImageSet, { mode, seed }: Binarisation, epoch = 0): ImageSet {
  if (mode === "none") return set;
  const split = set.origin?.split ?? set.split;
  const draws = stream(seed, `binarise/${mode}/${split}`, mode === "dynamic" ? epoch : 0);
  const size = pixelsPerImage(set);
  return mapPixels(set, { levels: 2 }, (indices, pixels) => {
    for (let b = 0; b < indices.length; b++) {
      const place = set.origin?.indices[indices[b]] ?? indices[b];
      const image = pixels.subarray(b * size, (b + 1) * size);
      if (set.missing === undefined) draws.bernoulli(image, image, place * size);
      else {
        drawGiven(draws, image, place * size);
      }
    }
  });
}

/** Draws the given pixels, each with the same draw as in an image without missing pixels. */
function drawGiven(draws: Stream, image: Float32Array, offset: number): void {
  const drawn = image.map((value) => (Number.isNaN(value) ? 0 : value));
  draws.bernoulli(drawn, drawn, offset);
  for (let at = 0; at < image.length; at++) if (!Number.isNaN(image[at])) image[at] = drawn[at];
}
