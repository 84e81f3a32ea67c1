import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ClassProbabilities,
  classify,
  likeliestClasses,
} from "../src/core/capabilities/classify.js";
import { score } from "../src/core/capabilities/score.js";
import { ConfigError, UnavailableError } from "../src/core/errors.js";
import type { LoadedModel } from "../src/core/loaded-model.js";
import { binarise, type ImageSet, loadDataset, subset } from "../src/data/index.js";
import { trainModel } from "../src/in-memory.js";
import { findModel } from "../src/models/index.js";
import { type Device, openDevice } from "../src/runtime/index.js";
import {
  blobs,
  type Component,
  densityOf,
  gaussianDensity,
  mixtureOf,
  rowsSet,
} from "./models/mixture-helpers.js";

const byClass = { conditional: true, scores: "class" };

let device: Device;
let digits: ImageSet;
let testDigits: ImageSet;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
  digits = await loadDataset("digits");
  testDigits = await loadDataset("digits", { split: "test" });
});
afterAll(() => device.close());

/** A model that has to classify by its scores. */
const withoutOutput = (loaded: LoadedModel): LoadedModel => {
  const { classify: _, ...capabilities } = loaded.model.capabilities;
  return { ...loaded, model: { ...loaded.model, capabilities } };
};

function accuracyOf(found: ClassProbabilities, { annotations }: ImageSet): number {
  const actual = annotations?.class?.values ?? [];
  const hits = likeliestClasses(found).filter((label, image) => label === actual[image]);
  return hits.length / found.count;
}

const first = (images: ImageSet, count: number) =>
  subset(
    images,
    Array.from({ length: count }, (_, index) => index),
  );

describe("a Gaussian for each class", () => {
  const gaussian = (images: ImageSet, config = {}) =>
    trainModel({
      model: "gaussian",
      images,
      device,
      config: { conditional: true, scores: "class", ...config },
      validation: 0,
    });

  test("gives the posterior of the textbook's densities, by its own output and by Bayes' rule", async () => {
    const components: readonly Component[] = [
      {
        weight: 0.7,
        mean: [0.3, 0.5],
        covariance: [
          [0.04, 0.01],
          [0.01, 0.02],
        ],
      },
      {
        weight: 0.3,
        mean: [0.6, 0.4],
        covariance: [
          [0.02, -0.01],
          [-0.01, 0.05],
        ],
      },
    ];
    const model = await mixtureOf(findModel("gaussian"), components, device, {
      classes: 2,
      config: { conditional: true, scores: "class" },
    });
    const rows = blobs(7, 50, 2, 3).map((row) => row.map(Math.fround));
    const priors = components.map(({ weight }) => weight);
    const own = await classify(model, rowsSet(rows));
    const bayes = await classify(withoutOutput(model), rowsSet(rows), { priors });
    rows.forEach((row, image) => {
      const joint = components.map((part) => part.weight * gaussianDensity(part, row));
      joint.forEach((value, label) => {
        const expected = value / densityOf(components, row);
        expect(own.probs[image * 2 + label]).toBeCloseTo(expected, 5);
        expect(bayes.probs[image * 2 + label]).toBeCloseTo(expected, 5);
      });
    });
    await model.release();
  });

  test("finds the classes of more than 93 % of other writers' digits", async () => {
    const model = await gaussian(digits);
    const [own, bayes] = [
      await classify(model, testDigits),
      await classify(withoutOutput(model), testDigits),
    ];
    expect(own.method).toBe("output of the model");
    expect(bayes.method).toBe("Bayes' rule: p(y | x) ∝ p(x | y) p(y), with the exact p(x | y)");
    expect(accuracyOf(own, testDigits)).toBeGreaterThan(0.93);
    expect(accuracyOf(bayes, testDigits)).toBeGreaterThan(0.93);
    await model.release();
  });

  test("keeps logarithms where a probability is too small for float32", async () => {
    const rows = Array.from({ length: 40 }, (_, at) => [(at % 2) * 0.9 + (at % 5) / 100]);
    const values = Int32Array.from(rows, (_, at) => at % 2);
    const images = rowsSet(rows, { annotations: { class: { names: ["0", "1"], values } } });
    const model = await gaussian(images, { reg: 0 });
    for (const each of [model, withoutOutput(model)]) {
      const { probs, logProbs } = await classify(each, images);
      expect(probs[1]).toBe(0);
      expect(logProbs[1]).toBeLessThan(-200);
      expect(logProbs.every(Number.isFinite)).toBe(true);
    }
    await model.release();
  });
});

test("Bayes' rule of a conditional PixelCNN is the softmax of its scores under each class", async () => {
  const images = binarise(digits, { mode: "fixed", seed: 0 });
  const model = await trainModel({
    model: "pixelcnn",
    images,
    device,
    config: { conditional: true, features: 8, layers: 2 },
    training: { steps: 60, learningRate: 0.01 },
  });
  const few = first(binarise(testDigits, { mode: "fixed", seed: 0 }), 12);
  const done: number[] = [];
  const found = await classify(model, few, { onProgress: (count) => done.push(count) });
  const { names } = found;
  const nats = await Promise.all(
    names.map(async (_, label) => {
      const values = new Int32Array(12).fill(label);
      return (await score(model, { ...few, annotations: { class: { names, values } } })).perImage;
    }),
  );
  for (let image = 0; image < 12; image++) {
    const total = nats.reduce((sum, each) => sum + Math.exp(nats[0][image] - each[image]), 0);
    nats.forEach((each, label) => {
      const expected = Math.exp(nats[0][image] - each[image]) / total;
      expect(found.probs[image * 10 + label]).toBeCloseTo(expected, 5);
    });
  }
  expect(done.at(-1)).toBe(120);
  expect([...done].sort((a, b) => a - b)).toEqual(done);
  await model.release();
});

describe("what cannot classify says so before any work", () => {
  const untouched: ImageSet["read"] = () => {
    throw new Error("an image was read");
  };
  const refusal = async (
    model: string,
    config: Readonly<Record<string, unknown>>,
    options: Parameters<typeof classify>[2] & { readonly bare?: boolean } = {},
  ) => {
    const training = { epochs: 1 };
    const trained = await trainModel({ model, images: digits, device, config, training });
    const asked = options.bare ? withoutOutput(trained) : trained;
    const answer = classify(asked, { ...testDigits, read: untouched }, options);
    const error = await answer.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await trained.release();
    return error;
  };

  test.each([
    ["vae", { hidden: [8], latent: 2 }, {}, UnavailableError, "vae cannot classify"],
    [
      "gaussian",
      {},
      {},
      UnavailableError,
      "neither outputs class probabilities nor scores images given",
    ],
    [
      "gaussian",
      { conditional: true },
      { bare: true },
      UnavailableError,
      "without regard to their class",
    ],
    ["gaussian", byClass, { bare: true, priors: [1, 2] }, ConfigError, "must be 10 numbers"],
    ["gaussian", byClass, { bare: true, priors: new Array(10).fill(0) }, ConfigError, "not all 0"],
    [
      "gaussian",
      byClass,
      { bare: true, priors: new Array(10).fill(1 / 0) },
      ConfigError,
      "10 numbers",
    ],
  ])("%s with %j and %j", async (model, config, options, kind, message) => {
    const error = await refusal(model, config, options);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
  });
});

test("the images' own classes are not looked at", async () => {
  const config = { channels: [4], hidden: [] };
  const training = { steps: 1 };
  const model = await trainModel({ model: "classifier", images: digits, device, config, training });
  const few = first(testDigits, 5);
  const { annotations: _, ...bare } = few;
  expect(await classify(model, bare)).toEqual(await classify(model, few));
  await model.release();
});
