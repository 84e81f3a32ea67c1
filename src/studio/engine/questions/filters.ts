import { z } from "zod";
import { filters as patterns } from "../../../core/capabilities/filters.js";
import { picturesOf, question } from "./question.js";

/** The patterns that the model's units respond to, where ½ is neutral. */
export const filters = question({
  can: ({ model }) => model.capabilities.filters !== undefined,
  request: z.strictObject({}),
  answer: async ({ model }) => picturesOf(await patterns(model)),
});
