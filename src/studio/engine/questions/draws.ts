import { z } from "zod";
import { traceDraws } from "../../../models/tabular/draws.js";
import { question } from "./question.js";

/** How a model of counts draws an image: each draw's intervals of [0, 1), its number, and its outcome. */
export const draws = question({
  can: ({ model }) => "draws" in model,
  request: z.strictObject({
    seed: z.int().min(0).default(0),
    /** Number of the image among the samples of that seed. */
    image: z.int().min(0).default(0),
  }),
  answer: ({ model }, request) => traceDraws(model, request),
});
