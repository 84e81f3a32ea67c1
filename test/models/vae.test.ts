import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../src/core/capabilities/codes.js";
import { score } from "../../src/core/capabilities/score.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { binarise } from "../../src/data/binarise.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { vae } from "../../src/models/variational/vae/index.js";
import { importanceWeightedNll, klToPrior } from "../../src/models/variational/vae/loss.js";
import { openDevice } from "../../src/runtime/device.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import type { Device } from "../../src/runtime/program.js";
import { constant } from "../../src/tensor/tensor.js";
import { independentNll } from "./independent-nll.js";
import {
  drawPatterns,
  everyPattern,
  patternCrossEntropy,
  patternEntropy,
  patternIgnorance,
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
