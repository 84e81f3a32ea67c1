import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataTraits } from "../../src/core/batch.js";
import { classify } from "../../src/core/capabilities/classify.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { TracedScore } from "../../src/core/capability.js";
import { UnavailableError } from "../../src/core/errors.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import { arraySet, type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import {
  totalProbability,
  type Values,
} from "../../src/models/autoregressive/dependency.testing.js";
import { nade } from "../../src/models/autoregressive/nade/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import {
  drawLabelled,
  drawPatterns,
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

/** Sum of the probabilities of all images under a model, in float64. */
async function totalOf({ model, data, state }: LoadedModel): Promise<number> {
  const values = (await state.read()) as unknown as Values;
  return totalProbability(
    (scope, batch) => (model.capabilities.score as TracedScore).trace(scope, batch, 1),
    data,
    values,
  );
}

/** Index of an image in {@link everyPattern}. */
function imageNumber(pixelsUnit: Float32Array, item: number): number {
  return pixelsUnit
    .subarray(item * 9, item * 9 + 9)
    .reduce((sum, value, pixel) => sum + value * 2 ** pixel, 0);
}

/**
 * Pearson's χ² of counts against probabilities, minus its mean and divided by its standard deviation.
 * Outcomes expected fewer than 5 times are merged. It exceeds 5 with a probability of about 1e-6.
 */
function chiSquareExcess(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const classes = counts.map((count, index) => ({ count, expected: total * probabilities[index] }));
  const rare = classes.filter(({ expected }) => expected < 5);
  const frequent = classes.filter(({ expected }) => expected >= 5);
  const merged = rare.reduce(
    (sum, { count, expected }) => ({ count: sum.count + count, expected: sum.expected + expected }),
    { count: 0, expected: 0 },
  );
  const all = merged.expected >= 5 ? [...frequent, merged] : frequent;
  const statistic = all.reduce(
    (sum, { count, expected }) => sum + (count - expected) ** 2 / expected,
    0,
  );
  const freedom = all.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}

describe("3×3 binary images of known probabilities", () => {
  let model: LoadedModel;
  let probabilities: number[];
  beforeAll(async () => {
    const images = await drawPatterns(4000);
    const config = { hidden: 32, ordering: "diagonal", block: 4 };
    model = await trainSmall({ definition: nade, device, images, config, steps: 1000 });
    const { perImage } = await score(model, everyPattern);
    probabilities = Array.from(perImage, (nats) => Math.exp(-nats));
  }, 120_000);
  afterAll(() => model.release());

  test("the probabilities of all images sum to 1, before training and after", async () => {
    const values = initialValues(variablesOf(model.model, model.data).list(), 1);
    const fresh = await loadModel(nade, model.config, model.data, device, values);
    expect(Math.abs((await totalOf(fresh)) - 1)).toBeLessThan(1e-6);
    expect(Math.abs((await totalOf(model)) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-5);
    await fresh.release();
  });

  test("it learns, and does not beat the entropy of the data", async () => {
    const { perImage, kind } = await score(model, everyPattern);
    const crossEntropy = patternCrossEntropy(perImage);
    expect(kind).toBe("exact");
    expect(crossEntropy).toBeGreaterThan(patternEntropy);
    expect(crossEntropy - patternEntropy).toBeLessThan(0.05 * (patternIgnorance - patternEntropy));
  });

  test("images are drawn with the probabilities that the score gives them", async () => {
    const { pixelsUnit } = await sample(model, { count: 20_000, seed: 1, draw: true });
    const counts = new Array<number>(512).fill(0);
    for (let item = 0; item < 20_000; item++) counts[imageNumber(pixelsUnit, item)]++;
    expect(chiSquareExcess(counts, probabilities)).toBeLessThan(5);
  });

  test("completions are drawn from the exact conditional distribution", async () => {
    // The first pixels in diagonal order are 0, 1, 3 and 2.
    const known = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0);
    const source = subset(everyPattern, [0b000000111]);
    const repeats = 5000;
    const { pixelsUnit } = await complete(model, source, { known, repeats, seed: 2 });
    const givenPart = (image: number) => image & 0b1111;
    const consistent = probabilities.map((p, image) => (givenPart(image) === 0b0111 ? p : 0));
    const mass = consistent.reduce((sum, p) => sum + p, 0);
    const counts = new Array<number>(512).fill(0);
    for (let item = 0; item < repeats; item++) counts[imageNumber(pixelsUnit, item)]++;
    expect(
      chiSquareExcess(
        counts,
        consistent.map((p) => p / mass),
      ),
    ).toBeLessThan(5);
  });

  test("pixels missing before given ones are refused, with a suitable ordering", async () => {
    const attempt = (known: Uint8Array) => complete(model, subset(everyPattern, [0]), { known });
    const upper = attempt(Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0, 0));
    await expect(upper).rejects.toThrow(UnavailableError);
    await expect(upper).rejects.toThrow(/the ordering raster could complete/);
    await expect(attempt(Uint8Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0))).rejects.toThrow(/column/);
  });

  test("temperature 0 gives the likelier value of each pixel in turn, for any seed", async () => {
    const order = [0, 1, 3, 2, 4, 6, 5, 7, 8];
    let image = 0;
    order.forEach((pixel, place) => {
      const decided = order.slice(0, place).reduce((bits, other) => bits | (1 << other), 0);
      const massWith = (bit: number) =>
        probabilities.reduce((sum, p, other) => {
          const agrees = (other & decided) === (image & decided) && ((other >> pixel) & 1) === bit;
          return agrees ? sum + p : sum;
        }, 0);
      if (massWith(1) > massWith(0)) image |= 1 << pixel;
    });
    for (const seed of [0, 1]) {
      const { pixelsUnit } = await sample(model, { count: 2, seed, temperature: 0, draw: true });
      expect([imageNumber(pixelsUnit, 0), imageNumber(pixelsUnit, 1)]).toEqual([image, image]);
    }
  });

  test("without draws, an image shows each pixel's probability given the draws before it", async () => {
    const options = { count: 50, seed: 4 };
    const drawn = (await sample(model, { ...options, draw: true })).pixelsUnit;
    const means = (await sample(model, { ...options, draw: false })).pixelsUnit;
    for (let item = 0; item < 50; item++) {
      const logProb = Array.from({ length: 9 }, (_, pixel) => {
        const p = means[item * 9 + pixel];
        return Math.log(drawn[item * 9 + pixel] === 1 ? p : 1 - p);
      }).reduce((sum, value) => sum + value, 0);
      const expected = Math.log(probabilities[imageNumber(drawn, item)]);
      expect(Math.abs(logProb - expected)).toBeLessThan(1e-3);
    }
  });
});

describe("given the class", () => {
  let model: LoadedModel;
  /** p(x | y) of each image of {@link everyPattern}, by class. */
  let probabilities: number[][];
  beforeAll(async () => {
    const config = { hidden: 32, conditional: true };
    const images = drawLabelled(4000);
    model = await trainSmall({ definition: nade, device, images, config, steps: 800 });
    probabilities = [];
    for (const label of [0, 1, 2, 3]) {
      const { perImage } = await score(model, everyPatternAs(label));
      probabilities.push(Array.from(perImage, (nats) => Math.exp(-nats)));
    }
  }, 120_000);
  afterAll(() => model.release());

  test.each([0, 1, 2, 3])(
    "the probabilities of all images sum to 1 for %i, and are near the true ones",
    (label) => {
      const total = probabilities[label].reduce((sum, p) => sum + p, 0);
      expect(Math.abs(total - 1)).toBeLessThan(1e-5);
      const divergence = patternLogProbs[label].reduce(
        (sum, logProb, image) =>
          sum + Math.exp(logProb) * (logProb - Math.log(probabilities[label][image])),
        0,
      );
      expect(divergence).toBeGreaterThan(0);
      expect(divergence).toBeLessThan(0.1);
    },
  );

  test("images are drawn with the probabilities of their class", async () => {
    const condition = { class: [2] };
    const { pixelsUnit } = await sample(model, { count: 20_000, seed: 1, draw: true, condition });
    const counts = new Array<number>(512).fill(0);
    for (let item = 0; item < 20_000; item++) counts[imageNumber(pixelsUnit, item)]++;
    expect(chiSquareExcess(counts, probabilities[2])).toBeLessThan(5);
  });

  test("Bayes' rule gives the classes", async () => {
    const { probs } = await classify(model, everyPatternAs(0));
    for (let image = 0; image < 512; image++) {
      const total = probabilities.reduce((sum, given) => sum + given[image], 0);
      for (const label of [0, 1, 2, 3]) {
        const expected = probabilities[label][image] / total;
        expect(Math.abs(probs[4 * image + label] - expected)).toBeLessThan(1e-4);
      }
    }
  });
});

describe("real pixels: grey digits with 17 levels", () => {
  let model: LoadedModel;
  let unseen: ImageSet;
  beforeAll(async () => {
    const images = await loadDataset("digits");
    unseen = await loadDataset("digits", { split: "test" });
    const config = { hidden: 64, components: 5 };
    model = await trainSmall({ definition: nade, device, images, config, steps: 900 });
  }, 120_000);
  afterAll(() => model.release());

  test("the bound is far below the nats of independent pixels with their levels' frequencies", async () => {
    const known = await readImages(await loadDataset("digits"));
    const { pixelsUnit, count } = await readImages(unseen);
    const levelOf = (value: number) => Math.round(value * 16);
    const counts = new Float64Array(64 * 17).fill(1);
    known.pixelsUnit.forEach((value, index) => {
      counts[(index % 64) * 17 + levelOf(value)]++;
    });
    const independent = pixelsUnit.reduce((sum, value, index) => {
      const share = counts[(index % 64) * 17 + levelOf(value)] / (known.count + 17);
      return sum - Math.log(share) / count;
    }, 0);
    const { value, kind, protocol } = await score(model, unseen);
    expect(kind).toBe("bound");
    expect(protocol.estimator).toMatch(/17 levels/);
    expect(value).toBeLessThan(independent - 5);
  });

  test("samples and completions are levels, and given pixels are unchanged", async () => {
    const isLevel = (value: number) => Math.abs(value * 16 - Math.round(value * 16)) < 1e-5;
    const { pixelsUnit } = await sample(model, { count: 20, draw: true });
    expect(pixelsUnit.every(isLevel)).toBe(true);
    const known = Uint8Array.from({ length: 64 }, (_, pixel) => Number(pixel < 32));
    const source = subset(unseen, [0, 1, 2]);
    const whole = (await readImages(source)).pixelsUnit;
    const completed = (await complete(model, source, { known, seed: 1 })).pixelsUnit;
    completed.forEach((value, index) => {
      if (index % 64 < 32) expect(value).toBe(whole[index]);
      else {
        expect(isLevel(value)).toBe(true);
      }
    });
    expect(completed).not.toEqual(whole);
  });

  test("a real-valued pixel is drawn with the density that the score gives", async () => {
    const data: DataTraits = {
      channels: 1,
      height: 1,
      width: 1,
      binary: false,
      levels: null,
      annotations: {},
    };
    const config = nade.config.parse({ hidden: 4, components: 3 });
    const values = initialValues(variablesOf(nade.build(config, data), data).list(), 2);
    const pixel = await loadModel(nade, config, data, device, values);
    const [points, count] = [4000, 20_000];
    const grid = arraySet(
      { name: "grid", source: "grid", split: "train", channels: 1, height: 1, width: 1 },
      Float32Array.from({ length: points }, (_, index) => (index + 0.5) / points),
    );
    const { perImage, kind } = await score(pixel, grid);
    const { pixelsUnit } = await sample(pixel, { count, seed: 3, draw: true });
    await pixel.release();
    // Draws below 0 and above 1 are clipped, so only shares inside are compared.
    const inside = (value: number, end: number) => value > 0 && value < end;
    for (const end of [0.1, 0.3, 0.5, 0.8, 1]) {
      const expected = perImage
        .subarray(0, Math.round(end * points))
        .reduce((sum, nats) => sum + Math.exp(-nats) / points, 0);
      const found = pixelsUnit.reduce((sum, value) => sum + Number(inside(value, end)), 0) / count;
      const deviation = Math.sqrt((expected * (1 - expected)) / count);
      expect(Math.abs(found - expected)).toBeLessThan(5 * deviation);
    }
    expect(kind).toBe("exact");
  });
});
