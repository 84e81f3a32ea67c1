import { z } from "zod";
import { reconstruct as rebuild } from "../../../core/capabilities/codes.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { type Pictures, picturesOf, question } from "./question.js";

/** Images and what the model makes of their codes. */
export const reconstruct = question({
  can: ({ model }) => model.capabilities.reconstruct !== undefined,
  request: z.strictObject({ images: picturesGiven, seed: z.int().min(0).default(0) }),
  async answer(subject, { images, seed }): Promise<{ given: Pictures; made: Pictures }> {
    const { model, signal } = subject;
    const source = givenImages(subject, images);
    const made = await rebuild(model, source, { seed, ...(signal && { signal }) });
    const pixelsUnit = new Float32Array(made.pixelsUnit.length);
    await source.read(
      Array.from({ length: source.count }, (_, at) => at),
      pixelsUnit,
    );
    return { given: picturesOf({ ...made, pixelsUnit }), made: picturesOf(made) };
  },
});
