import { afterAll, beforeAll, expect, test } from "vitest";
import { cluster } from "../../src/core/capabilities/cluster.js";
import { decode, encode } from "../../src/core/capabilities/codes.js";
import { traverse } from "../../src/core/capabilities/latent/traverse.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { inMemory } from "../../src/core/images.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { dataSpecOf } from "../../src/data/data-spec.js";
import { type ImageSet, loadDataset, subset } from "../../src/data/index.js";
import { trainModel } from "../../src/in-memory.js";
import { asClasses, Confusion, classesOfClusters } from "../../src/metrics/index.js";
import { dcgan } from "../../src/models/adversarial/dcgan/index.js";
import { infogan } from "../../src/models/adversarial/infogan/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { type AskedOptions, forGradients, trainingOptions } from "../../src/training/options.js";
import { planTraining } from "../../src/training/plan.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
});
afterAll(() => device.close());

/** The digits 0, 1 and 4 alone. */
async function threeDigits(split: string): Promise<ImageSet> {
  const digits = await loadDataset("digits", { split });
  const values = digits.annotations?.class?.values ?? new Int32Array();
  const chosen = Array.from(values.keys()).filter((at) => [0, 1, 4].includes(values[at]));
  return subset(digits, chosen);
}

const settings = { channels: [8, 16], latent: 6, categories: 3, continuous: 1, recogniser: 32 };
const common = { learningRate: 2e-3, batchSize: 64, ema: 0.98 };

/** A trained model, and the last category's information in nats. */
async function trainedOn(
  images: ImageSet,
  config: Readonly<Record<string, unknown>>,
  steps: number,
  model: ModelDefinition = infogan,
): Promise<{ readonly model: LoadedModel; readonly categoryNats: number }> {
  let categoryNats = Number.NaN;
  const trained = await trainModel({
    model,
    images,
    device,
    config: { ...settings, generatorRate: 1, ...config },
    training: { ...common, steps },
    validation: 0,
    seed: 1,
    onMetrics: ({ metrics }) => {
      categoryNats = metrics["discriminator.categoryNats"] ?? categoryNats;
    },
  });
  return { model: trained, categoryNats };
}

test("three kinds of digits become three clusters, matched on training images", async () => {
  const [training, unseen] = [await threeDigits("train"), await threeDigits("test")];
  const { model } = await trainedOn(training, { grouping: 1 }, 200);
  const actual = (set: ImageSet) => set.annotations?.class?.values ?? new Int32Array();
  const names = training.annotations?.class?.names ?? [];
  const classes = classesOfClusters(await cluster(model, training), actual(training), names);
  const confusion = new Confusion(names);
  const found = asClasses(await cluster(model, unseen), classes);
  confusion.add({ probs: found.probs, actual: actual(unseen) });
  // Naming all three by one class would find a third.
  expect(confusion.result().accuracy).toBeGreaterThan(0.9);
  await model.release();
});

test("the generator keeps what a category says, and rows of a traversal are read as theirs", async () => {
  const training = await threeDigits("train");
  const { model, categoryNats } = await trainedOn(training, {}, 150);
  expect(categoryNats).toBeGreaterThan(0.9 * Math.log(3));
  const start = { count: 1, length: 4, values: new Float32Array(4) };
  const rows = await traverse(model, start, { steps: 5 });
  expect(rows.count).toBe(15);
  const { probs, names } = await cluster(model, inMemory(rows.pixelsUnit, rows.count));
  expect(names).toEqual(["cluster 0", "cluster 1", "cluster 2"]);
  const right = Array.from({ length: 15 }, (_, at) => probs[3 * at + Math.floor(at / 5)]);
  expect(right.filter((share) => share > 0.5).length).toBeGreaterThan(12);
  // A code is the probabilities of the categories, and then the continuous codes.
  const codes = await encode(model, inMemory(rows.pixelsUnit, rows.count));
  expect(codes.length).toBe(4);
  for (let at = 0; at < 15; at++) {
    for (let category = 0; category < 3; category++) {
      expect(codes.values[4 * at + category]).toBeCloseTo(probs[3 * at + category], 5);
    }
  }
  await model.release();
});

test("with the sign of the information swapped, nothing is kept", async () => {
  const swapped: ModelDefinition = {
    ...infogan,
    build: (config, data) =>
      infogan.build({ ...(config as object), categoryWeight: -1 } as never, data),
  };
  const training = await threeDigits("train");
  const { model, categoryNats } = await trainedOn(training, {}, 150, swapped);
  expect(categoryNats).toBeLessThan(0.1);
  await model.release();
});

test("the noise of a generator's own draws is found again", async () => {
  const model = await trainModel({
    model: dcgan,
    images: await threeDigits("train"),
    device,
    config: { channels: [8, 16], latent: 4, penaltyWeight: 0.1, projectionSteps: 200 },
    training: { ...common, steps: 100 },
    validation: 0,
    seed: 1,
  });
  const drawn = await sample(model, { count: 20, seed: 3 });
  const codes = await encode(model, inMemory(drawn.pixelsUnit, drawn.count));
  const rebuilt = await decode(model, codes);
  const squares = (others: ArrayLike<number>) =>
    drawn.pixelsUnit.reduce((sum, value, at) => sum + (value - others[at]) ** 2, 0);
  const mode = await decode(model, { ...codes, values: new Float32Array(codes.values.length) });
  expect(squares(rebuilt.pixelsUnit)).toBeLessThan(0.1 * squares(mode.pixelsUnit));
  await model.release();
});

test("betas are those of the recipe, unless the user gives others", async () => {
  const images = await threeDigits("train");
  const betasOf = (config: object, asked: AskedOptions) => {
    const options = trainingOptions(asked, infogan.training, infogan.id);
    const data = dataSpecOf(images);
    const checked = infogan.config.parse(config);
    const plan = planTraining({
      definition: infogan,
      config: checked,
      data,
      options,
      asked,
      images,
    });
    return forGradients(plan.options) ? plan.options.betas : undefined;
  };
  const small = { channels: [4] };
  expect(betasOf(small, {})).toEqual([0.5, 0.999]);
  expect(betasOf({ ...small, recipe: "modern" }, {})).toEqual([0.5, 0.99]);
  expect(betasOf(small, { betas: [0.9, 0.9] })).toEqual([0.9, 0.9]);
  expect(betasOf(small, { optimizer: "rmsprop" })).toBeUndefined();
});
