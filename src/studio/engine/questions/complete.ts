import { z } from "zod";
import { complete as fill } from "../../../core/capabilities/complete.js";
import { bytes } from "./arrays.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { picturesOf, question } from "./question.js";

/** Images with their missing pixels filled in. */
export const complete = question({
  can: ({ model }) => model.capabilities.complete !== undefined,
  request: z.strictObject({
    images: picturesGiven,
    /** [H · W] 1 where a pixel is given, 0 where it is missing */
    known: bytes,
    repeats: z.int().min(1).max(64).default(1),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { images, ...options }) {
    return picturesOf(await fill(subject.model, givenImages(subject, images), options));
  },
});
