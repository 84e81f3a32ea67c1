import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../src/core/capabilities/classify.js";
import { decode, encode, reconstruct } from "../../src/core/capabilities/codes.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { binarise } from "../../src/data/binarise.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { vae } from "../../src/models/variational/vae/index.js";
import { importanceWeightedNll, klToPrior } from "../../src/models/variational/vae/loss.js";
import { openDevice } from "../../src/runtime/device.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import type { Device } from "../../src/runtime/program.js";
import { constant } from "../../src/tensor/tensor.js";
import { independentNll } from "./independent-nll.js";
import {
  drawLabelled,
  drawPatterns,
  entropyGivenPattern,
  everyPattern,
  everyPatternAs,
  patternCrossEntropy,
  patternEntropy,
  patternIgnorance,
  patternLogProbs,
} from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

/** −log p(x) of each image by quadrature over a one-dimensional code. */
async function exactNll(model: LoadedModel, images: ImageSet): Promise<Float64Array> {
  const [points, reach] = [2001, 8];
  const values = Float32Array.from(
    { length: points },
    (_, index) => reach * ((2 * index) / (points - 1) - 1),
  );
  const { pixelsUnit: probs } = await decode(model, { count: points, length: 1, values });
  const { pixelsUnit, count } = await readImages(images);
  const width = (2 * reach) / (points - 1);
  return Float64Array.from({ length: count }, (_, image) => {
    let density = 0;
    for (let point = 0; point < points; point++) {
      let likelihood = (Math.exp(-0.5 * values[point] ** 2) / Math.sqrt(2 * Math.PI)) * width;
      for (let pixel = 0; pixel < 9; pixel++) {
        const p = probs[point * 9 + pixel];
        likelihood *= pixelsUnit[image * 9 + pixel] === 1 ? p : 1 - p;
      }
      density += likelihood;
    }
    return -Math.log(density);
  });
}

/** Probability of each image of {@link everyPattern} where the classes are equally likely. */
const everyProbability = (): Float64Array =>
  patternLogProbs[0].map(
    (_, image) => patternLogProbs.reduce((sum, logProbs) => sum + Math.exp(logProbs[image]), 0) / 4,
  );

const indexOfMost = (values: readonly number[]): number => values.indexOf(Math.max(...values));

const meanOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("against the exact likelihood of a model with a one-dimensional code", () => {
  let model: LoadedModel;
  let images: ImageSet;
  beforeAll(async () => {
    images = await drawPatterns(2000);
    model = await trainSmall({
      definition: vae,
      device,
      images,
      config: { hidden: [32], latent: 1 },
      steps: 1500,
    });
  });
  afterAll(() => model.release());

  test("the bound lies above it, and the importance-weighted estimate reaches it", async () => {
    const exact = meanOf(await exactNll(model, images));
    const bound = await score(model, images);
    const estimate = await score(model, images, { samples: 500 });
    expect(bound.value).toBeGreaterThan(exact);
    expect(Math.abs(estimate.value - exact)).toBeLessThan(0.01);
    expect([bound.kind, estimate.kind]).toEqual(["bound", "estimate"]);
  });

  test("the estimated probabilities of all images sum to 1", async () => {
    const { perImage } = await score(model, everyPattern, { samples: 2000 });
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(0.02);
  });

  test("it learns, and does not beat the entropy of the data", async () => {
    const crossEntropy = patternCrossEntropy(await exactNll(model, everyPattern));
    expect(crossEntropy).toBeGreaterThan(patternEntropy);
    expect(crossEntropy - patternEntropy).toBeLessThan(0.1 * (patternIgnorance - patternEntropy));
  });
});

describe("given the class", () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await trainSmall({
      definition: vae,
      device,
      images: drawLabelled(2000),
      config: { hidden: [16], latent: 1, conditional: true },
      steps: 800,
    });
  });
  afterAll(() => model.release());

  test.each([0, 1, 2, 3])(
    "the estimated probabilities of all images sum to 1 for %i",
    async (label) => {
      const { perImage } = await score(model, everyPatternAs(label), { samples: 1000 });
      const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
      expect(Math.abs(total - 1)).toBeLessThan(0.02);
      const crossEntropy = perImage.reduce(
        (sum, nats, image) => sum + Math.exp(patternLogProbs[label][image]) * nats,
        0,
      );
      expect(crossEntropy).toBeGreaterThan(entropyGivenPattern - 0.01);
      expect(crossEntropy - entropyGivenPattern).toBeLessThan(0.15);
    },
  );

  test("Bayes' rule classifies as the true distribution does", async () => {
    const { probs } = await classify(model, everyPatternAs(0), { samples: 200 });
    const weights = everyProbability();
    let agreement = 0;
    for (const [image, weight] of weights.entries()) {
      const row = [0, 1, 2, 3].map((label) => probs[4 * image + label]);
      const truth = [0, 1, 2, 3].map((label) => Math.exp(patternLogProbs[label][image]));
      agreement += weight * Number(indexOfMost(row) === indexOfMost(truth));
    }
    expect(agreement).toBeGreaterThan(0.95);
  });

  test("samples, reconstructions and decoded codes are of the class that is asked for", async () => {
    const { pixelsUnit } = await sample(model, { count: 8, condition: { class: ["2"] } });
    for (let image = 0; image < 8; image++) {
      const rounded = Array.from(pixelsUnit.subarray(9 * image, 9 * image + 9), Math.round);
      expect(rounded).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
    }
    const as = subset(everyPatternAs(1), [0, 448]);
    expect(
      Array.from((await reconstruct(model, as)).pixelsUnit.subarray(0, 9), Math.round),
    ).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0]);
    const codes = await encode(model, as);
    expect((await decode(model, codes)).pixelsUnit).toEqual(
      (await reconstruct(model, as)).pixelsUnit,
    );
    const { annotations: _, ...unlabelled } = codes;
    await expect(decode(model, unlabelled)).rejects.toThrow("this vae decodes by class");
  });

  test("needs images with classes", () => {
    const data = dataTraits(dataSpecOf(everyPattern));
    const build = () => vae.build(vae.config.parse({ conditional: true }), data);
    expect(build).toThrow("vae: conditional=true needs labelled images");
  });
});

describe("learning gate on real digits", () => {
  test.each([
    { architecture: "mlp", hidden: [64], latent: 8 },
    { architecture: "conv", hidden: [], channels: [16, 32], latent: 8 },
  ])(
    "$architecture: test images are far more probable than with independent pixels",
    async (config) => {
      const binarisation = { mode: "fixed", seed: 0 } as const;
      const images = binarise(await loadDataset("digits"), binarisation);
      const test = binarise(await loadDataset("digits", { split: "test" }), binarisation);
      const model = await trainSmall({ definition: vae, device, images, config, steps: 400 });
      const { value } = await score(model, test);
      await model.release();
      const independent = await independentNll(images, test);
      expect(value).toBeLessThan(independent - 2);
    },
  );
});

describe("loss", () => {
  test("the KL is that of two normal distributions, and zero for the prior itself", () => {
    const kl = klToPrior({
      mean: constant([0, 1, -2, 0], [2, 2]),
      logVar: constant([0, 0, 0, Math.log(4)], [2, 2]),
    });
    const [{ data }] = interpret([kl], {});
    expect(data[0]).toBeCloseTo(0.5, 12);
    expect(data[1]).toBeCloseTo(2 + 0.5 * (4 - 1 - Math.log(4)), 12);
  });

  test("with one sample the importance-weighted estimate is the sampled bound", () => {
    const eps = [0.3, -1.2];
    const [mean, logVar] = [
      [0.5, -0.4],
      [-1, 0.7],
    ];
    const z = mean.map((value, unit) => value + Math.exp(logVar[unit] / 2) * eps[unit]);
    const nll = importanceWeightedNll(
      constant([-10], [1, 1]),
      constant(z, [1, 1, 2]),
      constant(eps, [1, 1, 2]),
      { mean: constant(mean, [1, 2]), logVar: constant(logVar, [1, 2]) },
    );
    const [{ data }] = interpret([nll], {});
    const logNormal = (x: number, m: number, v: number) =>
      -0.5 * (Math.log(2 * Math.PI) + v + (x - m) ** 2 / Math.exp(v));
    const ratio = z.reduce(
      (sum, value, unit) =>
        sum + logNormal(value, 0, 0) - logNormal(value, mean[unit], logVar[unit]),
      0,
    );
    expect(data[0]).toBeCloseTo(10 - ratio, 6);
  });
});
