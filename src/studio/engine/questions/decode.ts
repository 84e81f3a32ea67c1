import { z } from "zod";
import { decode as decodeCodes } from "../../../core/capabilities/codes.js";
import { floats } from "./arrays.js";
import { picturesOf, question } from "./question.js";

/** Images of codes. */
export const decode = question({
  can: ({ model }) => model.capabilities.decode !== undefined,
  request: z.strictObject({
    /** [N, Z] */
    codes: floats,
    length: z.int().min(1),
    columns: z.int().min(1).exactOptional(),
    /** The class of each, for a model that decodes by class. */
    classes: z.array(z.int().min(0)).exactOptional(),
  }),
  async answer({ model }, { codes, length, columns, classes }) {
    const annotations = classes && { class: Int32Array.from(classes) };
    const request = { count: codes.length / length, length, values: codes };
    return picturesOf(
      await decodeCodes(model, { ...request, ...(annotations && { annotations }) }),
      columns,
    );
  },
});
