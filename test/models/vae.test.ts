import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../src/core/capabilities/classify.js";
import { decode, encode, reconstruct } from "../../src/core/capabilities/codes.js";
import { posteriorCodes, priorCodes } from "../../src/core/capabilities/prior.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { binarise } from "../../src/data/binarise.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import { twoSampleTest } from "../../src/metrics/two-sample-test.js";
import { vae } from "../../src/models/variational/vae/index.js";
import {
  importanceWeightedNll,
  klToPrior,
  logPosterior,
  standardNormalLogProb,
} from "../../src/models/variational/vae/loss.js";
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

describe("with a mixture fitted to its codes", () => {
  let images: ImageSet;
  let [plain, mixed]: LoadedModel[] = [];
  beforeAll(async () => {
    images = await drawPatterns(2000);
    const trained = (config: Record<string, unknown>) =>
      trainModel({
        model: vae,
        images,
        device,
        config: { hidden: [32], latent: 2, ...config },
        training: { steps: 800, batchSize: 64, learningRate: 3e-3 },
        validation: 0,
        seed: 3,
      });
    plain = await trained({});
    mixed = await trained({ prior: "gmm", components: 12 });
  });
  afterAll(async () => {
    for (const model of [plain, mixed]) await model.release();
  });

  test("the estimated probabilities of all images sum to 1", async () => {
    const { perImage } = await score(mixed, everyPattern, { samples: 2000 });
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(0.02);
  });

  test("the prior fits the codes of images better than N(0, I), and so does the bound", async () => {
    const [before, after] = [await mismatch(plain, images), await mismatch(mixed, images)];
    expect(before.pValue).toBeLessThan(0.05);
    expect(after.mmdSquared).toBeLessThan(0.5 * before.mmdSquared);
    const bounds = [await score(plain, images), await score(mixed, images)];
    expect(bounds[1].value).toBeLessThan(bounds[0].value);
    expect(bounds[1].value).toBeGreaterThan(patternEntropy - 0.1);
    expect(bounds.map(({ kind }) => kind)).toEqual(["bound", "bound"]);
    expect(bounds[1].protocol.estimator).toMatch(/mixture of 12 Gaussians/);
  });

  test("samples are images that the data have, more often than those of N(0, I)", async () => {
    const shares = await Promise.all([plain, mixed].map(shareOfLikely));
    expect(shares[1]).toBeGreaterThan(shares[0]);
  });

  test("is refused where classes are told apart", async () => {
    const made = trainModel({
      model: vae,
      images: drawLabelled(50),
      device,
      config: { prior: "gmm", conditional: true },
      training: { steps: 1 },
    });
    await expect(made).rejects.toThrow("vae: prior=gmm fits one mixture");
  });
});

/** How codes of the prior differ from those of images. */
async function mismatch(model: LoadedModel, images: ImageSet) {
  const count = 400;
  const some = subset(
    images,
    Array.from({ length: count }, (_, image) => image),
  );
  const sets = [await posteriorCodes(model, some), await priorCodes(model, { count, seed: 1 })];
  const [x, y] = sets.map(({ values, length }) => ({
    count,
    width: length,
    values: Float64Array.from(values),
  }));
  return twoSampleTest(x, y, { permutations: 200 });
}

/** The share of drawn images that the data have with more than the probability of uniform noise. */
async function shareOfLikely(model: LoadedModel): Promise<number> {
  const { pixelsUnit, count } = await sample(model, { count: 4000, draw: true, seed: 2 });
  const probabilities = everyProbability();
  let likely = 0;
  for (let image = 0; image < count; image++) {
    const bits = pixelsUnit.subarray(9 * image, 9 * image + 9);
    const index = bits.reduce((number, bit) => 2 * number + bit, 0);
    likely += Number(probabilities[index] > 1 / 512);
  }
  return likely / count;
}

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
    const posterior = { mean: constant(mean, [1, 2]), logVar: constant(logVar, [1, 2]) };
    const nll = importanceWeightedNll(
      constant([-10], [1, 1]),
      standardNormalLogProb(constant(z, [1, 1, 2])),
      logPosterior(posterior, constant(eps, [1, 1, 2])),
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
