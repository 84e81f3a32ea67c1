import { z } from "zod";
import { UnavailableError } from "../../../core/errors.js";
import { toNumbers } from "../../../tensor/dtype.js";
import { question } from "./question.js";

const MOST = 100_000;

/** Some of the model's parameters, for pictures that show them. */
export const values = question({
  can: () => true,
  request: z.strictObject({
    /** Full names, such as `parameters.means.value`. */
    names: z.array(z.string()).min(1).max(16),
  }),
  async answer({ model }, { names }) {
    const all = await model.values();
    return names.map((name) => {
      const found = all.get(name);
      if (found === undefined || found.length > MOST) {
        throw new UnavailableError(
          `${model.definition.id} has no parameter "${name}" that is small enough to show; it has ${[...all.keys()].join(", ")}`,
        );
      }
      return Float32Array.from(toNumbers(found));
    });
  },
});
