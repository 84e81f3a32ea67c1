import { z } from "zod";
import { interpolate as between } from "../../../core/capabilities/latent/interpolate.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { picturesOf, question } from "./question.js";

/** Images between the codes of two images. */
export const interpolate = question({
  can: ({ model }) =>
    model.capabilities.encode !== undefined && model.capabilities.decode !== undefined,
  request: z.strictObject({
    images: picturesGiven,
    steps: z.int().min(3).max(32).default(9),
  }),
  async answer(subject, { images, steps }) {
    const source = givenImages(subject, images);
    return picturesOf(await between(subject.model, source, steps), steps);
  },
});
