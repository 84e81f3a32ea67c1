import { z } from "zod";
import { sample } from "../../../core/capabilities/sample.js";
import { readImages } from "../../../data/image-set.js";
import { compared, featuresOf } from "./feature-sets.js";
import { question, requireImages } from "./question.js";

/** How samples compare with training images by their pixels, and how other training images do. */
export const likeness = question({
  can: ({ model }) => model.capabilities.sample !== undefined,
  request: z.strictObject({
    count: z.int().min(20).max(400).default(200),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { count, seed }) {
    const { model } = subject;
    const images = requireImages(subject);
    const halfAt = (first: number) =>
      Uint32Array.from({ length: count }, (_, at) => (first + at) % images.count);
    const [training, others] = await Promise.all(
      [0, count].map(async (first) =>
        featuresOf(model, (await readImages(images, halfAt(first))).pixelsUnit, "pixels"),
      ),
    );
    const drawn = await sample(model, { count, seed });
    return {
      drawn: compared(training, await featuresOf(model, drawn.pixelsUnit, "pixels")),
      /** What real images reach. */
      floor: compared(training, others),
    };
  },
});
