import { z } from "zod";
import { posteriorCodes } from "../../../core/capabilities/prior.js";
import { subset } from "../../../data/image-set.js";
import { question, requireImages } from "./question.js";

/** Draws from the encoder's distribution of codes of one image. */
export const posterior = question({
  can: ({ model }) => model.capabilities.prior !== undefined,
  request: z.strictObject({
    /** Number of the image in the data set. */
    image: z.int().min(0),
    count: z.int().min(2).max(1000).default(100),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { image, count, seed }) {
    const source = subset(requireImages(subject), new Array<number>(count).fill(image));
    const { length, values } = await posteriorCodes(subject.model, source, { seed });
    return { count, length, values };
  },
});
