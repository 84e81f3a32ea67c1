import { expect, test } from "vitest";
import type { LoadedModel } from "../loaded-model.js";
import { type Condition, conditionFor } from "./condition.js";

/** A model of classes whose names are other numbers than those that count them. */
const model = {
  definition: { id: "toy" },
  data: { annotations: { class: { names: ["1", "2", "3"] } } },
  model: { conditionedOn: ["class"] },
} as unknown as LoadedModel;

const classesOf = (classes: NonNullable<Condition["class"]>) => [
  ...(conditionFor(model, 4, { class: classes }).class ?? []),
];

test("a number counts classes from 0, and a text is a name or else a number", () => {
  expect(classesOf([0, 1, 2])).toEqual([0, 1, 2, 0]);
  expect(classesOf(["1", "2", "3"])).toEqual([0, 1, 2, 0]);
  expect(classesOf(["0"])).toEqual([0, 0, 0, 0]);
  expect(() => classesOf([3])).toThrow(/no class 3/);
});
