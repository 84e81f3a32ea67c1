import { afterAll, beforeAll, expect, it as test } from "vitest";
import { z } from "zod";
import { defineModel } from "../core/model.js";
import { dataSpecOf } from "../data/data-spec.js";
import { arraySet, type ImageSet } from "../data/image-set.js";
import { constantValue } from "../nn/initialisers.js";
import type { Scope } from "../nn/scope.js";
import { openDevice } from "../runtime/device.js";
import type { Device } from "../runtime/program.js";
import { mul, square, sub } from "../tensor/ops/elementwise.js";
import { reshape } from "../tensor/ops/rearrange.js";
import { sum } from "../tensor/ops/reduction.js";
import type { Tensor } from "../tensor/tensor.js";
import type { MetricsLine } from "./metrics-log.js";
import { trainingOptions } from "./options.js";
import { planTraining } from "./plan.js";
import { type Recorder, START } from "./recorder.js";
import { openSession } from "./session.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const PIXELS = [0, 0.25, 0.5, 1];

function images(weights?: readonly number[], pixels: readonly number[] = PIXELS): ImageSet {
  const set = arraySet(
    { name: "dots", source: "dots", split: "train", channels: 1, height: 1, width: 1 },
    Float32Array.from(pixels),
  );
  return weights === undefined ? set : { ...set, weights: Float32Array.from(weights) };
}

const squares = (scope: Scope, pixelsUnit: Tensor): Tensor => {
  const mean = scope.child("mean").parameter("value", [1], constantValue(0));
  return mul(sum(square(sub(reshape(pixelsUnit, [pixelsUnit.shape[0], 1]), mean)), 1), 0.5);
};

/** Half the squared distance from a mean: a step at a rate of 1 moves the mean to that of the batch. */
const definition = defineModel({
  id: "mean",
  family: "tabular",
  title: "A mean",
  source: { title: "none", authors: "none", year: 2000, reference: "none" },
  density: "none",
  config: z.strictObject({}),
  training: { by: "gradients", optimizer: "sgd", learningRate: 1, batchSize: 4, epochs: 1 },
  build: () => ({
    steps: [
      {
        name: "squares",
        trains: ["mean"],
        optimizer: { optimizer: "sgd", momentum: 0 },
        objective: (scope, { pixelsUnit }) => {
          const loss = squares(scope, pixelsUnit);
          return { loss, metrics: { twice: mul(loss, 2) } };
        },
      },
    ],
    capabilities: {},
  }),
});

async function trained(set: ImageSet) {
  const options = trainingOptions({}, definition.training, definition.id);
  const data = dataSpecOf(set);
  const plan = planTraining({ definition, config: {}, data, options, images: set });
  const session = await openSession({ plan, device, seed: 0 });
  const lines: MetricsLine[] = [];
  const recorder: Recorder = {
    metrics: async (line) => void lines.push(line),
    samples: async () => undefined,
    best: async () => undefined,
    keep: async () => undefined,
  };
  try {
    await session.run({ from: START, recorder, seconds: () => 0 });
    const [mean] = (await session.trainer.weights()).get("parameters.mean.value") ?? [];
    return { mean: Number(mean), metrics: lines[0].metrics };
  } finally {
    await session.release();
  }
}

test("a step moves to the weighted mean, and reports the weighted loss and metrics", async () => {
  const weights = [1, 3, 0, 4];
  const weighted = (value: (pixel: number) => number) =>
    PIXELS.reduce((total, pixel, at) => total + (weights[at] * value(pixel)) / 8, 0);
  const { mean, metrics } = await trained(images(weights));
  expect(mean).toBeCloseTo(
    weighted((pixel) => pixel),
    6,
  );
  const loss = weighted((pixel) => pixel ** 2 / 2);
  expect(metrics).toMatchObject({
    loss: expect.closeTo(loss, 6),
    twice: expect.closeTo(2 * loss, 6),
  });
});

test("whole weights are repetitions, and equal ones change nothing", async () => {
  const repeated = await trained(images([2, 2, 0, 0]));
  const twice = await trained(images(undefined, [0, 0, 0.25, 0.25]));
  expect(repeated.mean).toBeCloseTo(twice.mean, 6);
  expect((await trained(images([5, 5, 5, 5]))).mean).toBe((await trained(images())).mean);
});

test("weights that are all 0 are refused", async () => {
  await expect(trained(images([0, 0, 0, 0]))).rejects.toThrow("the weights of dots are all 0");
});
