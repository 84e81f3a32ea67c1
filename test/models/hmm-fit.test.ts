import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { Fit } from "../../src/core/fit.js";
import { binarise } from "../../src/data/binarise.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import {
  type Config,
  enumerate,
  expectClose,
  imagesOf,
  loadHmm,
  observationsOf,
  passOf,
  randomImages,
  randomValues,
  SHAPES,
  traitsOf,
  withMissing,
} from "../../src/models/sequence/hmm/hmm.testing.js";
import { hmm } from "../../src/models/sequence/hmm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device, StateValues } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

describe.each(SHAPES)("Baum–Welch: $config, $channels channels", ({ config, channels, levels }) => {
  const images = randomImages(6, channels, levels);
  const data = traitsOf(images);
  const size = channels * 9;

  test("expected counts agree with the sum over all paths", async () => {
    const values = randomValues(config, data, 4, 1.5);
    const { pixelsUnit } = await readImages(images);
    const weights = Float32Array.of(1, 2, 0.5, 1, 0, 3);
    const { sums } = passOf(config, data)(values, pixelsUnit, weights);
    const states = config.states as number;
    const initial = new Float64Array(states);
    const transitions = new Float64Array(states * states);
    let logLikelihood = 0;
    weights.forEach((weight, image) => {
      const one = pixelsUnit.subarray(image * size, (image + 1) * size);
      const found = enumerate(values, levels ?? 0, observationsOf(config, data, one));
      logLikelihood += weight * Math.log(found.probability);
      for (let from = 0; from < states; from++) {
        initial[from] += weight * found.posteriors[0][from];
        for (let to = 0; to < states; to++) {
          transitions[from * states + to] += weight * found.moves[from][to];
        }
      }
    });
    expectClose(sums.get("initial"), initial, 9);
    expectClose(sums.get("transitions"), transitions, 9);
    expectClose(sums.get("logLikelihood"), [logLikelihood], 9);
  });

  test("a pass never lowers the likelihood or, with pseudo-counts, the posterior", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(0, 0.1, 1),
        fc.integer({ min: 1, max: 6 }),
        (seed, smoothing, count) => {
          const pass = passOf({ ...config, smoothing }, data);
          const pixels = new Float64Array(count * size);
          stream(seed, "pixels").uniform(pixels);
          const grid = (value: number) =>
            levels === undefined ? value : Math.floor(value * levels) / (levels - 1);
          const pixelsUnit = Float32Array.from(pixels, grid);
          const weights = new Float32Array(count).fill(1);
          let values: StateValues = randomValues(config, data, seed, 2);
          let before = Number.POSITIVE_INFINITY;
          for (let turn = 0; turn < 8; turn++) {
            const { metrics, ...next } = pass(values, pixelsUnit, weights);
            // The tolerance covers rounding: parameters are float32 except for Gaussians.
            expect(metrics.loss).toBeLessThan(before + 2e-5);
            before = metrics.loss;
            values = new Map([...values, ...next.values]);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

interface Fitting {
  readonly images: ImageSet;
  readonly config: Config;
  readonly epochs?: number;
  readonly batchSize?: number;
}

/** A fitted model, the losses of its passes, and its warnings. */
async function fitted({ images, config, epochs = 30, batchSize = 500 }: Fitting) {
  const losses: number[] = [];
  const warnings: string[] = [];
  const model = await trainModel({
    model: hmm,
    images,
    device,
    config,
    validation: 0,
    seed: 1,
    training: { epochs, batchSize },
    onMetrics: ({ split, metrics }) => split === "train" && losses.push(metrics.loss),
    onWarning: (message) => warnings.push(message),
  });
  return { model, losses, warnings };
}

describe("learning gate: data from a known model", () => {
  const shape = { channels: 1, height: 4, width: 3 };
  const size = 4096;
  const everyImage = imagesOf(
    Array.from({ length: size * 12 }, (_, at) => (Math.floor(at / 12) >> (at % 12)) & 1),
    shape,
    2,
  );
  const data = traitsOf(everyImage);

  test.each<Config>([
    { states: 3, emission: "bernoulli" },
    { states: 2, emission: "discrete", sequence: "pixels" },
  ])("%o: approaches the entropy but does not fall below it", async (config) => {
    const truth = await loadHmm(device, config, data, randomValues(config, data, 8, 3));
    const drawn = await sample(truth, { count: 4000, draw: true, seed: 2 });
    const images = imagesOf(drawn.pixelsUnit, shape, 2);
    const { model, losses } = await fitted({
      images,
      config: { ...config, tolerance: 1e-4 },
      epochs: 80,
      batchSize: 1000,
    });
    const exact = (await score(truth, everyImage)).perImage;
    const learned = (await score(model, everyImage)).perImage;
    // Averaged over all possible images, so that cross-entropies have no sampling error.
    const over = (nats: ArrayLike<number>) =>
      exact.reduce((sum, truly, image) => sum + Math.exp(-truly) * nats[image], 0);
    const entropy = over(exact);
    const crossEntropy = over(learned);
    expect(crossEntropy).toBeGreaterThan(entropy - 1e-5);
    const { pixelsUnit } = await readImages(everyImage);
    const on = Array.from({ length: 12 }, (_, pixel) =>
      over(Float64Array.from({ length: size }, (_, image) => pixelsUnit[image * 12 + pixel])),
    );
    const independent = over(
      Float64Array.from({ length: size }, (_, image) =>
        on.reduce(
          (sum, p, pixel) => sum - Math.log(pixelsUnit[image * 12 + pixel] === 1 ? p : 1 - p),
          0,
        ),
      ),
    );
    expect(crossEntropy - entropy).toBeLessThan(0.05 * (independent - entropy));
    for (let pass = 1; pass < losses.length; pass++) {
      expect(losses[pass]).toBeLessThan(losses[pass - 1] + 1e-4);
    }
    await truth.release();
    await model.release();
  });

  test.each<Config>([
    { states: 3, emission: "gaussian" },
    { states: 3, emission: "gaussian", covariance: "full" },
  ])("%o: unseen images are as probable as under the true model", async (config) => {
    const real = { channels: 1, height: 6, width: 3 };
    const traits = traitsOf(imagesOf(new Float32Array(18), real));
    const values = randomValues(config, traits, 3, 1.5);
    // Narrow distributions in the middle of [0, 1], so that no value is clipped.
    const name = (path: string) => `parameters.emission.${path}`;
    values.set(
      name("mean"),
      (values.get(name("mean")) as Float64Array).map((x) => 0.5 + 0.1 * x),
    );
    values.set(
      name("logVar"),
      (values.get(name("logVar")) as Float64Array).map((x) => x - 4),
    );
    const truth = await loadHmm(device, config, traits, values);
    const draw = async (count: number, seed: number) =>
      imagesOf((await sample(truth, { count, draw: true, seed })).pixelsUnit, real);
    const { model } = await fitted({
      images: await draw(3000, 2),
      config: { ...config, varianceFloor: 1e-5 },
    });
    const unseen = await draw(3000, 3);
    const [best, found] = [await score(truth, unseen), await score(model, unseen)];
    const gaps = found.perImage.map((nats, image) => nats - best.perImage[image]);
    const gap = found.value - best.value;
    const error = Math.sqrt(gaps.reduce((sum, x) => sum + (x - gap) ** 2, 0) / 3000 / 3000);
    expect(gap).toBeGreaterThan(-4 * error);
    expect(gap).toBeLessThan(0.05);
    await truth.release();
    await model.release();
  });
});

test("real digits: unseen images are far more probable than with independent pixels", async () => {
  const binarisation = { mode: "fixed", seed: 0 } as const;
  const images = binarise(await loadDataset("digits"), binarisation);
  const unseen = binarise(await loadDataset("digits", { split: "test" }), binarisation);
  const { model, warnings } = await fitted({ images, config: { states: 20 } });
  const { value } = await score(model, unseen);
  await model.release();
  const [known, other] = [await readImages(images), await readImages(unseen)];
  const on = new Float64Array(64).fill(0.5);
  known.pixelsUnit.forEach((pixel, at) => {
    on[at % 64] += pixel;
  });
  const independent =
    other.pixelsUnit.reduce((sum, pixel, at) => {
      const p = on[at % 64] / (known.count + 1);
      return sum - Math.log(pixel === 1 ? p : 1 - p);
    }, 0) / other.count;
  expect(value).toBeLessThan(independent - 2);
  expect(warnings).toEqual([]);
});

describe("missing pixels", () => {
  test.each(SHAPES)(
    "$config, $channels channels: the engine's sums agree with the float64 interpreter's",
    async ({ config, channels, levels }) => {
      const images = randomImages(6, channels, levels);
      const data = traitsOf(images);
      const values = randomValues(config, data, 4);
      const whole = "covariance" in config;
      const pixelsUnit = (await readImages(images)).pixelsUnit.map((value, at) =>
        at < channels * 9 || (!whole && at % 5 === 0) ? Number.NaN : value,
      );
      const weights = Float32Array.of(1, 2, 0.5, 1, 0, 3);
      const model = await loadHmm(device, config, data, values);
      const [stage] = (model.model.fit as Fit).stages;
      const batch = { pixelsUnit, weights, annotations: {}, count: 6 };
      const found = await stage.missing?.(batch, values, model);
      for (const [name, sum] of passOf(config, data)(values, pixelsUnit, weights).sums) {
        const scale = Math.max(1, ...sum.map(Math.abs));
        const relative = (values: ArrayLike<number> = []) => Array.from(values, (x) => x / scale);
        expectClose(relative(found?.get(name)), relative(sum), 5);
      }
      await model.release();
    },
  );

  test("a fit to incomplete images learns the same as one to complete images", async () => {
    const binarisation = { mode: "fixed", seed: 0 } as const;
    const all = binarise(await loadDataset("digits"), binarisation);
    const { pixelsUnit } = await readImages(
      all,
      Uint32Array.from({ length: 400 }, (_, i) => i),
    );
    const shape = { channels: 1, height: 8, width: 8 };
    const images = imagesOf(pixelsUnit, shape, 2);
    const draws = new Float64Array(pixelsUnit.length);
    stream(6, "holes").uniform(draws);
    const holes = withMissing(images, (image, pixel) => draws[image * 64 + pixel] < 0.2);
    const config = { states: 8 };
    const [whole, part] = [
      await fitted({ images, config, epochs: 8 }),
      await fitted({ images: holes, config, epochs: 8 }),
    ];
    for (let pass = 1; pass < part.losses.length; pass++) {
      expect(part.losses[pass]).toBeLessThan(part.losses[pass - 1] + 1e-6);
    }
    const [best, found] = [await score(whole.model, images), await score(part.model, images)];
    expect(found.value - best.value).toBeLessThan(1.5);
    await whole.model.release();
    await part.model.release();
  });
});

describe("poor images", () => {
  test.each(SHAPES)(
    "$config, $channels channels: a single image, and images with a single value",
    async ({ config, channels, levels }) => {
      const shape = { channels, height: 3, width: 3 };
      const one = randomImages(1, channels, levels);
      const flat = imagesOf(new Float32Array(5 * channels * 9).fill(1), shape, levels);
      for (const images of [one, flat]) {
        const { model } = await fitted({ images, config: { ...config, smoothing: 0 }, epochs: 3 });
        const { value } = await score(model, images);
        expect(Number.isFinite(value)).toBe(true);
        await model.release();
      }
    },
  );

  test("more states than observations", async () => {
    const images = randomImages(1, 1, 2);
    const { model, losses } = await fitted({ images, config: { states: 12 }, epochs: 6 });
    expect(losses.every(Number.isFinite)).toBe(true);
    await model.release();
  });

  test("pixels that are missing everywhere, infinite, or not among the model's values", async () => {
    const binary = randomImages(4, 1, 2);
    const grey = randomImages(4, 1);
    const fill = (set: ImageSet, value: number): ImageSet => ({
      ...set,
      read: (_, out) => void out.fill(value),
    });
    const refused = (images: ImageSet, config: Config = { states: 2 }) =>
      expect(fitted({ images, config, epochs: 2 })).rejects;
    await refused(fill(binary, Number.NaN)).toThrow(
      "all pixels of the images used for initialisation are missing",
    );
    await refused(fill(binary, 0.5)).toThrow(
      "a pixel is 0.5, but hmm models the probability of binary",
    );
    await refused(fill(grey, Number.POSITIVE_INFINITY)).toThrow("a pixel is Infinity");
    const discrete = { states: 2, emission: "discrete", levels: 4 };
    await refused(fill(grey, 1.5), discrete).toThrow(
      "a pixel is 1.5, but hmm models the probability",
    );
  });

  test("images without weight", async () => {
    const images = { ...randomImages(4, 1, 2), weights: new Float32Array(4) };
    await expect(fitted({ images, config: { states: 2 } })).rejects.toThrow(
      "all images have weight 0",
    );
  });
});

test("an image of weight 3 counts as three", async () => {
  const base = randomImages(5, 1, 2);
  const { pixelsUnit } = await readImages(base);
  const weights = Float32Array.of(1, 3, 1, 0, 2);
  const repeated = [0, 1, 1, 1, 2, 4, 4].flatMap((image) =>
    Array.from(pixelsUnit.subarray(image * 9, (image + 1) * 9)),
  );
  const data = traitsOf(base);
  const config = { states: 3 };
  const values = randomValues(config, data, 2);
  const pass = passOf(config, data);
  const weighted = pass(values, pixelsUnit, weights);
  const counted = pass(values, Float32Array.from(repeated), new Float32Array(7).fill(1));
  for (const [name, value] of weighted.values) {
    expectClose(value as Float32Array, counted.values.get(name) as Float32Array, 5);
  }
});

test("starts differ by seed and by index, and are reproducible", async () => {
  const images = randomImages(30, 1, 2);
  const { fit } = hmm.build(hmm.config.parse({ states: 3 }), traitsOf(images));
  const start = (seed: number, restart: number) =>
    (fit as Fit).initialise(images, { seed, restart });
  expect(await start(1, 0)).toEqual(await start(1, 0));
  expect(await start(1, 0)).not.toEqual(await start(2, 0));
  expect(await start(1, 0)).not.toEqual(await start(1, 1));
});
