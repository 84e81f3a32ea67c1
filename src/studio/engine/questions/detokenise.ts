import { z } from "zod";
import { detokenise as paint } from "../../../core/capabilities/tokens.js";
import { picturesOf, question } from "./question.js";

/** Images of tokens. */
export const detokenise = question({
  can: ({ model }) => model.capabilities.detokenise !== undefined,
  request: z.strictObject({
    count: z.int().min(1).max(1024),
    /** [count · rows · columns] */
    tokens: z.array(z.int().min(0)).max(100_000),
  }),
  answer: async ({ model }, { count, tokens }) =>
    picturesOf(await paint(model, { count, values: Int32Array.from(tokens) })),
});
