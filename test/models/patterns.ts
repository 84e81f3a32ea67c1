import { classLabels } from "../../src/core/annotations.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { stream } from "../../src/runtime/random.js";

/** Four patterns of nine pixels; each pixel is flipped with a known probability. */
const PATTERNS = ["111000000", "000111000", "000000111", "100100100"];
const FLIP = 0.05;
const PIXELS = 9;

const info = {
  name: "patterns",
  source: "patterns",
  split: "train",
  channels: 1,
  height: 3,
  width: 3,
  levels: 2,
};

/** All images of 3×3 binary pixels: pixel p of image i is bit p of i. */
export const everyPattern: ImageSet = arraySet(
  info,
  Uint8Array.from(
    { length: 2 ** PIXELS * PIXELS },
    (_, index) => (Math.floor(index / PIXELS) >> (index % PIXELS)) & 1,
  ),
);

/** The probability with which {@link drawPatterns} draws each image of {@link everyPattern}. */
const patternProbabilities: Float64Array = Float64Array.from(
  { length: 2 ** PIXELS },
  (_, image) => {
    const each = PATTERNS.map((pattern) =>
      [...pattern].reduce(
        (product, bit, pixel) =>
          product * (Number(bit) === ((image >> pixel) & 1) ? 1 - FLIP : FLIP),
        1,
      ),
    );
    return each.reduce((sum, probability) => sum + probability, 0) / PATTERNS.length;
  },
);

/** log p(x | pattern) of each image of {@link everyPattern}, in nats, by the number of the pattern. */
export const patternLogProbs: readonly Float64Array[] = PATTERNS.map((pattern) =>
  Float64Array.from({ length: 2 ** PIXELS }, (_, image) =>
    [...pattern].reduce(
      (sum, bit, pixel) => sum + Math.log(Number(bit) === ((image >> pixel) & 1) ? 1 - FLIP : FLIP),
      0,
    ),
  ),
);

/** Entropy of an image given its pattern, in nats. */
export const entropyGivenPattern: number =
  -PIXELS * (FLIP * Math.log(FLIP) + (1 - FLIP) * Math.log(1 - FLIP));

/** As many images of each pattern, labelled with its number. */
export function drawLabelled(count: number): ImageSet {
  const flips = new Float32Array(count * PIXELS);
  stream(5, "labelled").uniform(flips);
  const pixels = Uint8Array.from(flips, (u, at) => {
    const bit = Number(PATTERNS[Math.floor(at / PIXELS) % PATTERNS.length][at % PIXELS]);
    return u < FLIP ? 1 - bit : bit;
  });
  const values = Int32Array.from({ length: count }, (_, image) => image % PATTERNS.length);
  return arraySet({ ...info, annotations: classLabels(values) }, pixels);
}

/** Every image of 3×3, labelled as one class. */
export const everyPatternAs = (label: number): ImageSet => ({
  ...everyPattern,
  annotations: classLabels(new Int32Array(2 ** PIXELS).fill(label), ["0", "1", "2", "3"]),
});

/** Entropy of the patterns in nats, the lowest possible cross-entropy. */
export const patternEntropy: number = -patternProbabilities.reduce(
  (sum, probability) => sum + probability * Math.log(probability),
  0,
);

/** Nats per image if all 2⁹ images are equally probable. */
export const patternIgnorance: number = PIXELS * Math.LN2;

/** Images drawn by {@link patternProbabilities}. */
export async function drawPatterns(count: number): Promise<ImageSet> {
  const images = 2 ** PIXELS;
  const logProbs = patternProbabilities.map((probability) => Math.log(probability));
  const rows = new Float64Array(count * images);
  for (let row = 0; row < count; row++) rows.set(logProbs, row * images);
  const drawn = new Uint32Array(count);
  stream(5, "patterns").categorical(drawn, rows, images);
  const { pixelsUnit } = await readImages(everyPattern, drawn);
  return arraySet(info, Uint8Array.from(pixelsUnit));
}

/** Cross-entropy of a model, without sampling error, from its nats for {@link everyPattern}. */
export function patternCrossEntropy(nats: ArrayLike<number>): number {
  return patternProbabilities.reduce(
    (sum, probability, image) => sum + probability * nats[image],
    0,
  );
}
