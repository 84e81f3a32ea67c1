import { z } from "zod";
import {
  corruptImages,
  denoise as denoiseImages,
  needsNoiseLevel,
} from "../../../core/capabilities/denoise.js";
import { inMemory } from "../../../core/images.js";
import { givenImages, picturesGiven } from "./pictures-given.js";
import { type Pictures, picturesOf, question } from "./question.js";

/** Images with noise added, and what the model makes of them. */
export const denoise = question({
  can: ({ model }) => model.capabilities.denoise !== undefined,
  request: z.strictObject({
    images: picturesGiven,
    /** Standard deviation of the noise, on pixels in [0, 1]. */
    std: z.number().gt(0).max(2).default(0.3),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { images, std, seed }): Promise<{ noisy: Pictures; clean: Pictures }> {
    const { model } = subject;
    const source = givenImages(subject, images);
    const noisy = await corruptImages(model, source, { kind: "gaussian", level: std }, { seed });
    const sigma = needsNoiseLevel(model) ? std : undefined;
    const clean = await denoiseImages(model, inMemory(noisy.pixelsUnit, noisy.count), { sigma });
    return { noisy: picturesOf(noisy), clean: picturesOf(clean) };
  },
});
