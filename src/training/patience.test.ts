import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { z } from "zod";
import type { Model, ModelDefinition } from "../core/model.js";
import { defineModel } from "../core/model.js";
import type { Step } from "../core/steps.js";
import { dataSpecOf } from "../data/data-spec.js";
import { arraySet } from "../data/image-set.js";
import { constantValue } from "../nn/initialisers.js";
import type { Scope } from "../nn/scope.js";
import { openDevice } from "../runtime/device.js";
import type { Device, StateValues } from "../runtime/program.js";
import { abs, add, mul, neg, sub } from "../tensor/ops/elementwise.js";
import { mean } from "../tensor/ops/reduction.js";
import type { Tensor } from "../tensor/tensor.js";
import { trainingOptions } from "./options.js";
import { planTraining } from "./plan.js";
import { type LoopState, type Position, type Recorder, START } from "./recorder.js";
import { openSession } from "./session.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const IMAGES = 10;
const images = arraySet(
  { name: "dots", source: "dots", split: "train", channels: 1, height: 1, width: 1 },
  new Float32Array(IMAGES),
);

const PEAK = 7;

/** 0 for each image, so that a value of the model can be given per image. */
const zeros = (pixelsUnit: Tensor): Tensor => mul(mean(pixelsUnit, [1, 2, 3]), 0);
const walked = (scope: Scope, pixelsUnit: Tensor): Tensor => {
  const value = scope.child("walk").parameter("value", [1], constantValue(0));
  return add(zeros(pixelsUnit), value);
};

/** Each update raises a value by 1. The validation is its distance from a peak: better, then worse. */
const step: Step = {
  name: "walk",
  trains: ["walk"],
  optimizer: { optimizer: "sgd", momentum: 0 },
  objective: (scope, { pixelsUnit }) => ({ loss: neg(walked(scope, pixelsUnit)), metrics: {} }),
};

function walker(changes: Partial<Model> = {}): ModelDefinition {
  return defineModel({
    id: "walker",
    family: "tabular",
    title: "A value that rises",
    source: { title: "none", authors: "none", year: 2000, reference: "none" },
    density: "none",
    config: z.strictObject({}),
    training: { by: "gradients", optimizer: "sgd", learningRate: 1, batchSize: 4, epochs: 20 },
    build: () => ({
      steps: [step],
      capabilities: {},
      validate: {
        metric: "distance",
        better: "lower",
        trace: (scope, { pixelsUnit }) => abs(sub(walked(scope, pixelsUnit), PEAK)),
      },
      ...changes,
    }),
  });
}

interface Training {
  readonly asked?: Readonly<Record<string, unknown>>;
  readonly definition?: ModelDefinition;
  readonly heldOut?: number;
  readonly from?: { readonly position: Position; readonly values: StateValues };
  readonly stopAfter?: number;
  /** Seconds that each step takes by the clock; 0 by default. */
  readonly secondsAStep?: number;
}

async function trained({
  asked = {},
  definition = walker(),
  heldOut = 0.2,
  from,
  stopAfter,
  secondsAStep = 0,
}: Training) {
  const validation = heldOut > 0 ? { validation: { fraction: heldOut, seed: 0 } } : {};
  const plan = planTraining({
    definition,
    config: {},
    data: dataSpecOf(images, validation),
    options: trainingOptions(asked, definition.training, definition.id),
    images,
  });
  const session = await openSession({ plan, device, seed: 0 }, from && (() => from.values));
  let last: LoopState | undefined;
  const recorder: Recorder = {
    metrics: async () => undefined,
    samples: async () => undefined,
    best: async () => undefined,
    keep: async (state) => {
      last = state;
    },
  };
  const controller = new AbortController();
  let done = 0;
  try {
    const complete = await session.run({
      from: from?.position ?? START,
      recorder,
      seconds: () => done * secondsAStep,
      signal: controller.signal,
      onProgress({ step }) {
        done = step;
        if (done === stopAfter) controller.abort();
      },
    });
    const values = await session.trainer.state.read();
    const { position, outcome } = last as LoopState;
    return { complete, position, outcome, values, stepsPerEpoch: session.stepsPerEpoch };
  } finally {
    await session.release();
  }
}

test("minutes end training with a look at its last state", async () => {
  // Two updates an epoch: the fifth is in the middle of one.
  const { complete, position } = await trained({ asked: { minutes: 5 / 60 }, secondsAStep: 1 });
  expect(complete).toBe(true);
  expect(position.step).toBe(5);
  expect(position.best).toEqual({ step: 5, value: 2 });
});

describe("patience with gradients", () => {
  // Eight images in batches of four: two updates an epoch, so distances of 5, 3, 1, 1, 3, 5, …
  test("ends training after so many epochs without a better validation", async () => {
    const { complete, position, outcome, stepsPerEpoch } = await trained({
      asked: { patience: 3 },
    });
    expect(stepsPerEpoch).toBe(2);
    expect(position.best).toEqual({ step: 6, value: 1 });
    expect(position.step).toBe(2 * (3 + 3));
    expect(complete).toBe(true);
    expect(outcome).toBe("ended early: no better validation in 3 epochs");
  });

  test("says nothing of the kind when the budget ends first", async () => {
    const { complete, position, outcome } = await trained({ asked: { patience: 3, epochs: 5 } });
    expect([complete, position.step, outcome]).toEqual([true, 10, undefined]);
  });

  test.each([3, 6, 9])(
    "ends at the same step when it is stopped after %i and resumed",
    async (stopAfter) => {
      const asked = { patience: 2 };
      const whole = await trained({ asked });
      const part = await trained({ asked, stopAfter });
      expect(part.complete).toBe(false);
      const resumed = await trained({ asked, from: part });
      expect(resumed).toEqual(whole);
      expect(await trained({ asked, from: whole })).toEqual(whole);
    },
  );

  test("goes on when it is given more", async () => {
    const first = await trained({ asked: { patience: 1 } });
    const more = await trained({ asked: { patience: 2 }, from: first });
    expect(more).toEqual(await trained({ asked: { patience: 2 } }));
  });

  test("is refused without a validation, or in phases", async () => {
    const asked = { patience: 2 };
    await expect(trained({ asked, heldOut: 0 })).rejects.toThrow("hold images out for it");
    const { validate: _, ...blind } = walker().build({}, {} as never);
    const unjudged = { ...walker(), build: () => blind };
    await expect(trained({ asked, definition: unjudged })).rejects.toThrow("walker has none");
    const phases = ["one", "two"].map((name) => ({ name, share: 0.5, steps: [step] }));
    const phased = walker({ steps: [], phases });
    await expect(trained({ asked, definition: phased })).rejects.toThrow("before the last");
    expect(() => trainingOptions({ patience: 0 }, walker().training, "walker")).toThrow("patience");
  });
});
