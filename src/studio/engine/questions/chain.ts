import { z } from "zod";
import { chain as run } from "../../../core/capabilities/chain.js";
import { readImages } from "../../../data/image-set.js";
import { picturesOf, question, requireImages } from "./question.js";

/** The states of the Markov chains that a model samples with: a row for each chain. */
export const chain = question({
  can: ({ model }) => model.capabilities.chain !== undefined,
  request: z.strictObject({
    count: z.int().min(1).max(64).default(4),
    frames: z.int().min(2).max(100).default(10),
    /** Steps from one state that is shown to the next. */
    every: z.int().min(1).max(1000).default(1),
    seed: z.int().min(0).default(0),
    /** Shows the states themselves, not the model's estimates of the image. */
    draw: z.boolean().default(true),
    /** Whether the chains begin with the first training images. */
    fromImages: z.boolean().default(false),
  }),
  async answer(subject, { fromImages, ...options }) {
    const { model, signal } = subject;
    const first = Uint32Array.from({ length: options.count }, (_, at) => at);
    const start = fromImages && { start: await readImages(requireImages(subject), first) };
    const states = await run(model, { ...options, ...start, ...(signal && { signal }) });
    return picturesOf(states, options.frames);
  },
});
