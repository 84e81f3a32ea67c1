import { z } from "zod";
import { tokenise } from "../../../core/capabilities/tokens.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { question } from "./question.js";

/** Images as tokens of a finite vocabulary. */
export const tokens = question({
  can: ({ model }) => model.capabilities.tokenise !== undefined,
  request: z.strictObject({ images: picturesGiven }),
  answer: (subject, { images }) => tokenise(subject.model, givenImages(subject, images)),
});
