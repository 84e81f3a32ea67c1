import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../src/core/capabilities/codes.js";
import { score } from "../../src/core/capabilities/score.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { batchPlan } from "../../src/data/batch-plan.js";
import { binarise } from "../../src/data/binarise.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { vae } from "../../src/models/variational/vae/index.js";
import { importanceWeightedNll, klToPrior } from "../../src/models/variational/vae/loss.js";
import { adam } from "../../src/nn/index.js";
import { openDevice } from "../../src/runtime/device.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { constant } from "../../src/tensor/tensor.js";
import { createTrainer } from "../../src/training/trainer.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

interface Fitting {
  readonly images: ImageSet;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly batchSize?: number;
}

async function trainSmall({
  images,
  config,
  steps,
  batchSize = 64,
}: Fitting): Promise<LoadedModel> {
  const traits = dataTraits(dataSpecOf(images));
  const parsed = vae.config.parse(config);
  const rule = { optimizer: adam(), clipNorm: 0, ema: 0 };
  const model = vae.build(parsed, traits);
  const trainer = await createTrainer({ model, data: traits, device, rule, batchSize, seed: 3 });
  const plan = batchPlan({ count: images.count, batchSize, seed: 3 });
  for (let step = 0; step < steps; step++) {
    const { pixelsUnit } = await readImages(images, plan.indices(step));
    await trainer.step({ pixelsUnit }, step, 3e-3);
  }
  const loaded = await loadModel(vae, parsed, traits, device, await trainer.weights());
  await trainer.release();
  return loaded;
}

/** Four patterns of nine pixels, each pixel of which is flipped with a known probability. */
const PATTERNS = ["111000000", "000111000", "000000111", "100100100"];
const FLIP = 0.05;

function probabilityOf(image: ArrayLike<number>): number {
  const each = PATTERNS.map((pattern) =>
    [...pattern].reduce(
      (product, bit, pixel) => product * (Number(bit) === image[pixel] ? 1 - FLIP : FLIP),
      1,
    ),
  );
  return each.reduce((sum, probability) => sum + probability, 0) / PATTERNS.length;
}

const info = {
  name: "patterns",
  source: "patterns",
  split: "train",
  channels: 1,
  height: 3,
  width: 3,
};

/** Every image of nine binary pixels. */
const everyImage = arraySet(
  { ...info, levels: 2 },
  Uint8Array.from({ length: 512 * 9 }, (_, index) => (Math.floor(index / 9) >> (index % 9)) & 1),
);

async function patterns(count: number): Promise<ImageSet> {
  const { pixelsUnit } = await readImages(everyImage);
  const logProbs = Float64Array.from({ length: 512 }, (_, index) =>
    Math.log(probabilityOf(pixelsUnit.subarray(index * 9, index * 9 + 9))),
  );
  const drawn = new Uint32Array(count);
  const rows = new Float64Array(count * 512);
  for (let row = 0; row < count; row++) rows.set(logProbs, row * 512);
  stream(5, "patterns").categorical(drawn, rows, 512);
  const images = await readImages(everyImage, drawn);
  return arraySet({ ...info, levels: 2 }, Uint8Array.from(images.pixelsUnit));
}

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

const meanOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("against the exact likelihood of a model with a one-dimensional code", () => {
  let model: LoadedModel;
  let images: ImageSet;
  beforeAll(async () => {
    images = await patterns(2000);
    model = await trainSmall({ images, config: { hidden: [32], latent: 1 }, steps: 1500 });
  });
  afterAll(() => model.release());

  test("the bound is above it, and the importance-weighted estimate reaches it", async () => {
    const exact = meanOf(await exactNll(model, images));
    const bound = await score(model, images);
    const estimate = await score(model, images, { samples: 500 });
    expect(bound.value).toBeGreaterThan(exact);
    expect(Math.abs(estimate.value - exact)).toBeLessThan(0.01);
    expect([bound.kind, estimate.kind]).toEqual(["bound", "estimate"]);
  });

  test("the estimated probabilities of all images sum to 1", async () => {
    const { perImage } = await score(model, everyImage, { samples: 2000 });
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(0.02);
  });

  test("it learns, and does not beat the entropy of the data", async () => {
    const { pixelsUnit } = await readImages(everyImage);
    let entropy = 0;
    for (let index = 0; index < 512; index++) {
      const probability = probabilityOf(pixelsUnit.subarray(index * 9, index * 9 + 9));
      entropy -= probability * Math.log(probability);
    }
    // The cross-entropy under the true distribution: exact, without sampling error.
    const nll = await exactNll(model, everyImage);
    const crossEntropy = nll.reduce(
      (sum, nats, index) =>
        sum + probabilityOf(pixelsUnit.subarray(index * 9, index * 9 + 9)) * nats,
      0,
    );
    const ignorance = 9 * Math.LN2;
    expect(crossEntropy).toBeGreaterThan(entropy);
    expect(crossEntropy - entropy).toBeLessThan(0.1 * (ignorance - entropy));
  });
});

describe("learning gate on real digits", () => {
  /** Nats of test images when each pixel is drawn by its own frequency: a model without a code. */
  async function independentNll(train: ImageSet, test: ImageSet): Promise<number> {
    const [known, unseen] = [await readImages(train), await readImages(test)];
    const on = new Float64Array(64).fill(0.5);
    known.pixelsUnit.forEach((value, index) => {
      on[index % 64] += value;
    });
    const nats = Array.from(unseen.pixelsUnit, (value, index) => {
      const p = on[index % 64] / (known.count + 1);
      return -Math.log(value === 1 ? p : 1 - p);
    });
    return nats.reduce((sum, value) => sum + value, 0) / unseen.count;
  }

  test.each([
    { architecture: "mlp", hidden: [64], latent: 8 },
    { architecture: "conv", hidden: [], channels: [16, 32], latent: 8 },
  ])(
    "$architecture: test images are far more probable than with independent pixels",
    async (config) => {
      const binarisation = { mode: "fixed", seed: 0 } as const;
      const images = binarise(await loadDataset("digits"), binarisation);
      const test = binarise(await loadDataset("digits", { split: "test" }), binarisation);
      const model = await trainSmall({ images, config, steps: 400 });
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
