import { pixelsPerImage } from "../../src/core/batch.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";

/** Nats per binary image under independent pixels with their training frequencies, as a baseline. */
export async function independentNll(train: ImageSet, unseen: ImageSet): Promise<number> {
  const [known, others] = [await readImages(train), await readImages(unseen)];
  const pixels = pixelsPerImage(train);
  const on = new Float64Array(pixels).fill(0.5);
  known.pixelsUnit.forEach((value, index) => {
    on[index % pixels] += value;
  });
  const nats = Array.from(others.pixelsUnit, (value, index) => {
    const p = on[index % pixels] / (known.count + 1);
    return -Math.log(value === 1 ? p : 1 - p);
  });
  return nats.reduce((sum, value) => sum + value, 0) / others.count;
}
