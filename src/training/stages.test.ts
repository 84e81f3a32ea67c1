import { expect, it as test } from "vitest";
import { learningRates, withStage } from "./stages.js";

const options = { learningRate: 0.8, schedule: "cosine" };
const halfCosine = (done: number, of: number) => 0.5 * (1 + Math.cos((Math.PI * done) / of));

test("a schedule runs over the whole training, and over what is left of it from a stage on", () => {
  const whole = learningRates(options, [], 40);
  for (const step of [0, 7, 39]) expect(whole(step)).toBeCloseTo(0.8 * halfCosine(step, 40), 12);
  const stages = [{ step: 10, learningRate: 0.1, schedule: "cosine" }];
  const changed = learningRates(options, stages, 40);
  expect(changed(9)).toBeCloseTo(0.8 * halfCosine(9, 40), 12);
  for (const step of [10, 25, 39]) {
    expect(changed(step)).toBeCloseTo(0.1 * halfCosine(step - 10, 30), 12);
  }
});

test("a warm-up counts from its stage on", () => {
  const stages = [{ step: 10, learningRate: 1, schedule: "warmup:4" }];
  const rate = learningRates(options, stages, 40);
  expect([10, 11, 12, 13, 14].map(rate)).toEqual([0.25, 0.5, 0.75, 1, 1]);
});

test("a stage takes over what is not asked to change, from the stage before or the options", () => {
  const first = withStage(options, [], 5, { learningRate: 0.1 });
  expect(first).toEqual([{ step: 5, learningRate: 0.1, schedule: "cosine" }]);
  const second = withStage(options, first, 9, { schedule: "constant" });
  expect(second).toEqual([...first, { step: 9, learningRate: 0.1, schedule: "constant" }]);
  expect(withStage(options, second, 20, {})).toEqual(second);
});

test("a stage that is asked for twice at a step is the later one, and none begins after it", () => {
  const stages = withStage(options, [], 9, { learningRate: 0.1 });
  expect(withStage(options, stages, 9, { learningRate: 0.2 })).toEqual([
    { step: 9, learningRate: 0.2, schedule: "cosine" },
  ]);
  expect(withStage(options, stages, 4, {})).toEqual([
    { step: 4, learningRate: 0.1, schedule: "cosine" },
  ]);
});
