import { z } from "zod";
import { targetsFor, translate as translateImages } from "../../../core/capabilities/translate.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { picturesOf, question } from "./question.js";

/** Images of another domain, or with other attributes. */
export const translate = question({
  can: ({ model }) => model.capabilities.translate !== undefined,
  request: z.strictObject({
    images: picturesGiven,
    target: z.union([
      z.strictObject({ class: z.union([z.string(), z.int().min(0)]) }),
      z.strictObject({ attributes: z.record(z.string(), z.number().min(0).max(1)) }),
    ]),
  }),
  async answer(subject, { images, target }) {
    const source = givenImages(subject, images);
    const { model } = subject;
    return picturesOf(await translateImages(model, source, targetsFor(model, source, target)));
  },
});
