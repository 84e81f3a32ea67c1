import { z } from "zod";
import { score as scoreImages } from "../../../core/capabilities/score.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { question } from "./question.js";

/** How improbable the model finds images, with the protocol. */
export const score = question({
  can: ({ model }) => model.capabilities.score !== undefined,
  request: z.strictObject({
    images: picturesGiven,
    samples: z.int().min(1).max(1000).exactOptional(),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { images, ...options }) {
    const source = givenImages(subject, images);
    const scored = await scoreImages(subject.model, source, options);
    const { value, rate, kind, protocol, perImage } = scored;
    return { nats: value, rate, kind, protocol, perImage };
  },
});
