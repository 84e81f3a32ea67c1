import { expect, test } from "vitest";
import { models } from "../../../../models/registry.js";
import { modelFacts } from "../../../live/model-facts.js";
import { settings } from "./ko.js";

test("every setting of every model is described in Korean", () => {
  const facts = models.map(modelFacts);
  const descriptions = facts.flatMap(({ config, training, sampler }) =>
    [...config, ...training, ...sampler].map(({ description }) => description),
  );
  const missing = new Set(descriptions.filter((description) => !(description in settings)));
  expect([...missing]).toEqual([]);
});
