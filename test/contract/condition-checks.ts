import { deepStrictEqual, ok, rejects } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { type AnnotationName, annotationNames } from "../../src/core/annotations.js";
import { conditionLike } from "../../src/core/capabilities/condition.js";
import { type Condition, ConfigError, type LoadedModel, sample } from "../../src/core/index.js";
import { conditionFrom } from "./asking.js";
import { type Checks, firstOf, type ModelUnderTest, withModel } from "./subject.js";

/** What no data has. */
const UNKNOWN: Required<Condition> = {
  class: ["no such class"],
  attributes: [{ "no such attribute": 1 }],
  caption: ["nosuchword"],
};

/** What a conditional model promises of the images that it is asked for. */
export const conditionChecks: Checks = {
  "conditions: what a model reads decides its images; what it does not read or know is refused":
    async (subject) => {
      await withModel(subject, async (model) => {
        if (model.model.capabilities.sample === undefined) return;
        const usual = conditionFrom(model, firstOf(subject.images, 1));
        for (const name of annotationNames) {
          const unknown = { ...usual, [name]: UNKNOWN[name] };
          await rejects(drawn(model, unknown), ConfigError, `an unknown ${name} is drawn`);
        }
        for (const name of model.model.conditionedOn ?? []) {
          const [one, ...others] = alternatives(name, model, subject);
          const first = await drawn(model, { ...usual, ...one });
          const again = await drawn(model, { ...usual, ...one });
          deepStrictEqual(again, first, `one ${name} gives different images of one seed`);
          let decides = false;
          for (const other of others) {
            decides ||= !isDeepStrictEqual(await drawn(model, { ...usual, ...other }), first);
          }
          ok(decides, `the ${name} does not decide what is drawn`);
        }
      });
    },

  "classes: asked for by name as by number": async (subject) => {
    await withModel(subject, async (model) => {
      const { capabilities, conditionedOn = [] } = model.model;
      if (capabilities.sample === undefined || !conditionedOn.includes("class")) return;
      const [, second] = model.data.annotations.class?.names ?? [];
      const usual = conditionFrom(model, firstOf(subject.images, 1));
      deepStrictEqual(
        await drawn(model, { ...usual, class: [second] }),
        await drawn(model, { ...usual, class: [1] }),
      );
    });
  },
};

const drawn = (model: LoadedModel, condition: Condition) =>
  sample(model, { count: 6, seed: 3, condition });

/** Different values of an annotation to draw images of. */
function alternatives(
  name: AnnotationName,
  { data: { annotations } }: LoadedModel,
  { images }: ModelUnderTest,
): Condition[] {
  if (name === "class") return (annotations.class?.names ?? []).map((one) => ({ class: [one] }));
  if (name === "attributes") {
    const all = (value: number) =>
      Object.fromEntries((annotations.attributes?.names ?? []).map((one) => [one, value]));
    return [{ attributes: [all(0)] }, { attributes: [all(1)] }];
  }
  const { caption = [] } = conditionLike(images.annotations ?? {}, images.count);
  return [...new Set(caption)].slice(0, 10).map((text) => ({ caption: [text] }));
}
