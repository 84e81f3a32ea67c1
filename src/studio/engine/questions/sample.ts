import { z } from "zod";
import { sample as draw } from "../../../core/capabilities/sample.js";
import { picturesOf, question } from "./question.js";

/** What to draw, for a model that draws by class, attributes or caption. */
export const conditionSchema = z.strictObject({
  class: z.array(z.union([z.string(), z.int().min(0)])).exactOptional(),
  attributes: z.array(z.record(z.string(), z.number().min(0).max(1))).exactOptional(),
  caption: z.array(z.string().max(1000)).exactOptional(),
});

/** New images. */
export const sample = question({
  can: ({ model }) => model.capabilities.sample !== undefined,
  request: z.strictObject({
    count: z.int().min(1).max(4096).default(16),
    seed: z.int().min(0).default(0),
    temperature: z.number().min(0).max(10).default(1),
    /** Draws pixels instead of showing their means. */
    draw: z.boolean().default(false),
    condition: conditionSchema.exactOptional(),
    /** Settings of the sampler. */
    options: z.record(z.string(), z.unknown()).default({}),
  }),
  answer: async ({ model, signal }, request) =>
    picturesOf(await draw(model, { ...request, ...(signal && { signal }) })),
});
