import { z } from "zod";
import { encode as encodeImages } from "../../../core/capabilities/codes.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { question } from "./question.js";

/** Codes of images, with the classes of those that have them. */
export const encode = question({
  can: ({ model }) => model.capabilities.encode !== undefined,
  request: z.strictObject({ images: picturesGiven }),
  async answer(subject, { images }) {
    const source = givenImages(subject, images);
    const { count, length, values } = await encodeImages(subject.model, source);
    return { count, length, values, classes: source.annotations?.class?.values ?? null };
  },
});
