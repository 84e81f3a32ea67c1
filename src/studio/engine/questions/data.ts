import { z } from "zod";
import { readImages } from "../../../data/image-set.js";
import { picturesOf, question, requireImages } from "./question.js";

/** Images that the model learns from, as it sees them. */
export const data = question({
  can: () => true,
  request: z.strictObject({ indices: z.array(z.int().min(0)).min(1).max(4096) }),
  answer: async (subject, { indices }) =>
    picturesOf(await readImages(requireImages(subject), indices)),
});
