import { z } from "zod";
import { canClassify, classify as classifyImages } from "../../../core/capabilities/classify.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { question } from "./question.js";

/** The probability of each class given an image. */
export const classify = question({
  can: canClassify,
  request: z.strictObject({ images: picturesGiven }),
  async answer(subject, { images }) {
    const { names, probs, method } = await classifyImages(
      subject.model,
      givenImages(subject, images),
    );
    return { names, probs, method };
  },
});
