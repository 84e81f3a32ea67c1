import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { ConfigError, DataError } from "../../src/core/errors.js";
import { loadModel } from "../../src/core/loaded-model.js";
import { binarise } from "../../src/data/binarise.js";
import type { ImageSet } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { bernoulliMixture } from "../../src/models/mixture/bernoulli-mixture/index.js";
import { writeParameters } from "../../src/models/mixture/bernoulli-mixture/parameters.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { fitted, rowsSet } from "./mixture-helpers.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
});
afterAll(() => device.close());

const WEIGHTS = [0.2, 0.5, 0.3];
const PROBS = [
  [0.9, 0.8, 0.1, 0.2, 0.5, 0.7],
  [0.1, 0.3, 0.95, 0.6, 0.4, 0.2],
  [0.5, 0.05, 0.3, 0.9, 0.85, 0.1],
];
const D = 6;

/** All images of six binary pixels. */
const ALL = Array.from({ length: 2 ** D }, (_, code) =>
  Array.from({ length: D }, (_, pixel) => (code >> pixel) & 1),
);

/** p(x) by its definition, ignoring NaN pixels. */
const probability = (x: readonly number[]): number =>
  WEIGHTS.reduce(
    (sum, weight, k) =>
      sum +
      x.reduce((product, value, pixel) => {
        if (Number.isNaN(value)) return product;
        return product * (value === 1 ? PROBS[k][pixel] : 1 - PROBS[k][pixel]);
      }, weight),
    0,
  );

const known = () =>
  loadModel(
    bernoulliMixture,
    bernoulliMixture.config.parse({ components: 3 }),
    { channels: 1, height: 1, width: D, binary: true, levels: 2, annotations: {} },
    device,
    writeParameters({
      logWeights: Float32Array.from(WEIGHTS, Math.log),
      logits: Float32Array.from(PROBS.flat(), (p) => Math.log(p / (1 - p))),
    }),
  );

const binaryRows = (rows: readonly (readonly number[])[]): ImageSet => ({
  ...rowsSet(rows),
  levels: 2,
});

describe("with known parameters", () => {
  test("scores agree with the definition, and the probabilities of all images sum to 1", async () => {
    const model = await known();
    const { perImage, kind } = await score(model, binaryRows(ALL));
    expect(kind).toBe("exact");
    ALL.forEach((x, at) => {
      expect(perImage[at]).toBeCloseTo(-Math.log(probability(x)), 4);
    });
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(total).toBeCloseTo(1, 5);
    await model.release();
  });

  test("missing pixels are summed out", async () => {
    const model = await known();
    const holed = [
      [1, Number.NaN, 0, 1, Number.NaN, 0],
      [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    ];
    const { perImage } = await score(model, binaryRows(holed));
    holed.forEach((row, at) => {
      const sum = ALL.filter((x) =>
        row.every((value, pixel) => Number.isNaN(value) || value === x[pixel]),
      ).reduce((total, x) => total + probability(x), 0);
      expect(Math.exp(-perImage[at])).toBeCloseTo(sum, 6);
    });
    await model.release();
  });

  test("completion gives each missing pixel's exact probability, and draws from the exact distribution", async () => {
    const model = await known();
    const given = [1, Number.NaN, 0, Number.NaN, Number.NaN, 1];
    const mask = Uint8Array.from(given, (value) => (Number.isNaN(value) ? 0 : 1));
    const fitting = ALL.filter((x) => given.every((v, i) => Number.isNaN(v) || v === x[i]));
    const total = fitting.reduce((sum, x) => sum + probability(x), 0);
    const { pixelsUnit } = await complete(model, binaryRows([given]), { known: mask, draw: false });
    given.forEach((value, pixel) => {
      const expected = Number.isNaN(value)
        ? fitting.reduce((sum, x) => sum + x[pixel] * probability(x), 0) / total
        : value;
      expect(pixelsUnit[pixel]).toBeCloseTo(expected, 5);
    });
    const repeats = 20_000;
    const drawn = await complete(model, binaryRows([given]), { known: mask, repeats, seed: 1 });
    const counts = new Map<string, number>();
    for (let image = 0; image < repeats; image++) {
      const key = drawn.pixelsUnit.subarray(image * D, (image + 1) * D).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const x of fitting) {
      const share = (counts.get(x.join("")) ?? 0) / repeats;
      expect(Math.abs(share - probability(x) / total)).toBeLessThan(0.015);
    }
    await model.release();
  });

  test("images are drawn as often as they are probable", async () => {
    const model = await known();
    const count = 40_000;
    const { pixelsUnit } = await sample(model, { count, seed: 3, draw: true });
    const counts = new Float64Array(2 ** D);
    for (let image = 0; image < count; image++) {
      const code = pixelsUnit
        .subarray(image * D, (image + 1) * D)
        .reduce((sum, value, pixel) => sum + value * 2 ** pixel, 0);
      counts[code]++;
    }
    ALL.forEach((x, code) => {
      expect(Math.abs(counts[code] / count - probability(x))).toBeLessThan(0.01);
    });
    const mode = await sample(model, { count: 1, temperature: 0, draw: true });
    expect([...mode.pixelsUnit]).toEqual([0, 0, 1, 1, 0, 0]);
    await model.release();
  });
});

describe("expectation–maximisation", () => {
  /** Images in proportion to their probability under the known mixture. */
  const rows = ALL.flatMap((x) =>
    Array.from({ length: Math.round(400 * probability(x)) }, () => x),
  );

  test.each([false, true])("never raises the loss, missing pixels: %s", async (missing) => {
    const images = missing
      ? rows.map((x, at) => x.map((v, i) => (at % 3 === 0 && i === at % D ? Number.NaN : v)))
      : rows;
    const { loaded, passes, warnings } = await fitted({
      model: bernoulliMixture,
      device,
      images: binaryRows(images),
      batchSize: 100,
      config: { components: 3, tolerance: 1e-6 },
      epochs: 40,
    });
    // Sums of some hundred nats in float32 are accurate to about 1e−5 per image.
    passes.slice(1).forEach(({ loss }, pass) => {
      expect(loss).toBeLessThanOrEqual(passes[pass].loss + 1e-5);
    });
    expect(passes.at(-1)!.loss).toBeLessThan(passes[0].loss - 0.1);
    expect(warnings).toEqual([]);
    await loaded.release();
  });

  test("one component is the frequency of each pixel", async () => {
    const config = { components: 1, smoothing: 1e-6 };
    const { loaded } = await fitted({
      model: bernoulliMixture,
      device,
      images: binaryRows(rows),
      config,
    });
    const { pixelsUnit } = await sample(loaded, { count: 1 });
    for (let pixel = 0; pixel < D; pixel++) {
      const share = rows.reduce((sum, x) => sum + x[pixel], 0) / rows.length;
      expect(pixelsUnit[pixel]).toBeCloseTo(share, 5);
    }
    await loaded.release();
  });

  test("learning: digits are likelier under thirty components than under one", async () => {
    const binarisation = { mode: "fixed", seed: 0 } as const;
    const images = binarise(await loadDataset("digits"), binarisation);
    const unseen = binarise(await loadDataset("digits", { split: "test" }), binarisation);
    const nats = async (components: number) => {
      const config = { components, smoothing: 1 };
      const { loaded } = await fitted({ model: bernoulliMixture, device, images, config });
      const { value } = await score(loaded, unseen);
      await loaded.release();
      return value;
    };
    expect(await nats(30)).toBeLessThan((await nats(1)) - 2.5);
  });
});

test("grey pixels are refused with a remedy", async () => {
  const data = { channels: 1, height: 2, width: 2, binary: false, levels: 256, annotations: {} };
  expect(() => bernoulliMixture.build(bernoulliMixture.config.parse({}), data)).toThrow(
    ConfigError,
  );
  const model = await known();
  const grey = binaryRows([[0.5, Number.NaN, 0, 0, 0, 0]]);
  await expect(score(model, grey)).rejects.toThrow(DataError);
  await model.release();
});
