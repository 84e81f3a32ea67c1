import { z } from "zod";
import { pixelsPerImage } from "../../../core/batch.js";
import { DataError } from "../../../core/errors.js";
import { type ImageSet, readImages } from "../../../data/image-set.js";
import { nearestTraining } from "../../../metrics/memorisation/nearest-training.js";
import { stream } from "../../../runtime/random.js";
import { type Comparison, compared, featuresOf } from "./feature-sets.js";
import { type Pictures, picturesOf, question, requireImages } from "./question.js";

/**
 * Neighbours whose distances say how near is near, when copies are looked for: about as many of its own kind
 * as an image has among a few hundred digits. With the paper's 50 a third of real digits would count as copies.
 */
const NEIGHBOURS = 10;

/** What is done to real images that the model does not compare with. */
const damages = ["none", "noise", "blur", "copies", "classes"] as const;
export type Damage = (typeof damages)[number];

/** A set of images, and what the metrics say of it. */
export interface Judged extends Comparison {
  /** Share of images that are copies of training images, by their pixels. */
  readonly copies: number;
  readonly damage: Damage;
  /** The first images of it. */
  readonly pictures: Pictures;
}

/**
 * What metrics say of real images, and of sets that were damaged on purpose: noisy or blurred ones, copies of
 * the training images, and such without some of the classes.
 */
export const judge = question({
  can: ({ model, data }) =>
    model.capabilities.encode !== undefined && data.annotations.class !== undefined,
  request: z.strictObject({
    /** Images of each set; as many training images are compared with. */
    count: z.int().min(20).max(400).default(200),
    /** How far each damage goes, in [0, 1]. */
    amount: z.number().min(0).max(1).default(0.5),
    features: z.enum(["learned", "pixels"]).default("learned"),
    shown: z.int().min(1).max(40).default(10),
  }),
  async answer(subject, { count, amount, features, shown }): Promise<Judged[]> {
    const { model } = subject;
    const images = requireImages(subject);
    if (images.count < 2 * count) {
      throw new DataError(`two sets of ${count} images are needed, and there are ${images.count}`);
    }
    const training = await readImages(images, range(0, count));
    const others = await readImages(images, range(count, count));
    const reference = await featuresOf(model, training.pixelsUnit, features);
    // Copies are looked for in pixels: the features of a classifier bring all images of a class together.
    const originals = await featuresOf(model, training.pixelsUnit, "pixels");
    const judged: Judged[] = [];
    for (const damage of damages) {
      const pixelsUnit = await damaged(damage, amount, {
        images,
        training: training.pixelsUnit,
        others: others.pixelsUnit,
        size: pixelsPerImage(model.data),
        width: model.data.width,
      });
      const few = pixelsUnit.slice(0, shown * pixelsPerImage(model.data));
      judged.push({
        damage,
        pictures: picturesOf({ ...others, count: shown, pixelsUnit: few }, shown),
        ...compared(reference, await featuresOf(model, pixelsUnit, features)),
        copies: nearestTraining(
          originals,
          await featuresOf(model, pixelsUnit, "pixels"),
          NEIGHBOURS,
        ).copies,
      });
    }
    return judged;
  },
});

interface Sources {
  readonly images: ImageSet;
  readonly training: Float32Array;
  readonly others: Float32Array;
  /** Values of an image, and pixels of a row. */
  readonly size: number;
  readonly width: number;
}

async function damaged(damage: Damage, amount: number, sources: Sources): Promise<Float32Array> {
  const { images, training, others, size, width } = sources;
  const count = others.length / size;
  switch (damage) {
    case "none":
      return others;
    case "noise": {
      const noise = new Float32Array(others.length);
      stream(0, "judge/noise").normal(noise);
      return others.map((value, at) => Math.min(1, Math.max(0, value + 0.5 * amount * noise[at])));
    }
    case "blur":
      return others.map(
        (value, at) => value + amount * (blurred(others, at, { size, width }) - value),
      );
    case "copies": {
      const mixed = others.slice();
      // Spread among the others, so that the first ones show the share.
      for (let image = 0; image < count; image++) {
        if ((image * 0.618034) % 1 >= amount) continue;
        mixed.set(training.subarray(image * size, (image + 1) * size), image * size);
      }
      return mixed;
    }
    case "classes": {
      const { names = [], values = [] } = images.annotations?.class ?? {};
      const kept = Math.max(1, Math.round((1 - amount) * names.length));
      const pool = range(count, images.count - count).filter((at) => values[at] < kept);
      const chosen = Uint32Array.from({ length: count }, (_, at) => pool[at % pool.length]);
      return (await readImages(images, chosen)).pixelsUnit;
    }
  }
}

/** The mean of a pixel and its neighbours in the same image; outside is black. */
function blurred(
  pixels: Float32Array,
  at: number,
  { size, width }: Pick<Sources, "size" | "width">,
): number {
  const image = Math.floor(at / size) * size;
  const [row, column] = [Math.floor((at - image) / width), (at - image) % width];
  let sum = 0;
  for (let down = -1; down <= 1; down++)
    for (let right = -1; right <= 1; right++) {
      const [y, x] = [row + down, column + right];
      if (y < 0 || x < 0 || x >= width || y * width + x >= size) continue;
      sum += pixels[image + y * width + x];
    }
  return sum / 9;
}

const range = (from: number, count: number): Uint32Array =>
  Uint32Array.from({ length: count }, (_, at) => from + at);
