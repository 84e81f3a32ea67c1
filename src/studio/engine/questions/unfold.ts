import { z } from "zod";
import { sample } from "../../../core/capabilities/sample.js";
import { picturesOf, question } from "./question.js";
import { conditionSchema } from "./sample.js";

/** One new image as it comes about: a picture after each step of the sampler, the last of them the image. */
export const unfold = question({
  can: ({ model: { capabilities } }) =>
    typeof capabilities.sample === "object" && capabilities.sample.partial === true,
  request: z.strictObject({
    seed: z.int().min(0).default(0),
    temperature: z.number().min(0).max(10).default(1),
    condition: conditionSchema.exactOptional(),
  }),
  async answer({ model, signal }, request) {
    const steps: Float32Array[] = [];
    const image = await sample(model, {
      ...request,
      count: 1,
      onPartial: (pixelsUnit) => steps.push(pixelsUnit),
      ...(signal && { signal }),
    });
    const size = image.pixelsUnit.length;
    const pixelsUnit = new Float32Array(steps.length * size);
    steps.forEach((step, at) => {
      pixelsUnit.set(step, at * size);
    });
    return picturesOf({ ...image, count: steps.length, pixelsUnit });
  },
});
