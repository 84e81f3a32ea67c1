import { z } from "zod";
import { exportModel } from "../../../core/export.js";
import { encodeWeights } from "../../../core/weights.js";
import { question } from "./question.js";

/** The model as files that work elsewhere: its weights, and an ONNX graph for each capability. */
export const exported = question({
  can: () => true,
  request: z.strictObject({
    name: z.string().regex(/^[\w.-]{1,64}$/),
    /** Only the weights, which Figment itself opens. */
    weightsOnly: z.boolean().default(false),
  }),
  async answer({ model }, { name, weightsOnly }) {
    const files = weightsOnly
      ? new Map([["model.safetensors", await encodeWeights(model)]])
      : await exportModel(model, { name, facts: {}, scores: [] });
    return [...files].map(([file, bytes]) => ({ name: file, bytes }));
  },
});
