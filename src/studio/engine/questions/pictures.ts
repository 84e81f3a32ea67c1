import { z } from "zod";
import { conditionLike } from "../../../core/capabilities/condition.js";
import { preview } from "../../../core/capabilities/preview.js";
import { sample } from "../../../core/capabilities/sample.js";
import { picturesOf, question, requireImages } from "./question.js";

/** What a training shows of its model: its own preview, or samples from the same noise each time. */
export const pictures = question({
  can: ({ model }) => model.preview !== undefined || model.capabilities.sample !== undefined,
  request: z.strictObject({
    count: z.int().min(1).max(256).default(36),
    seed: z.int().min(0).default(0),
  }),
  async answer(subject, { count, seed }) {
    const { model } = subject;
    const { capabilities, preview: rows, conditionedOn = [] } = model.model;
    if (rows !== undefined && capabilities.sample === undefined) {
      const { images, columns } = await preview(model, requireImages(subject), { count: 12 });
      return picturesOf(images, columns);
    }
    const like = conditionLike(subject.images?.annotations ?? {}, count);
    const known = Object.entries(like).filter(([name]) =>
      conditionedOn.some((read) => read === name),
    );
    return picturesOf(await sample(model, { count, seed, condition: Object.fromEntries(known) }));
  },
});
