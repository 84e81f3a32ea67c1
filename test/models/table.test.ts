import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { ConfigError } from "../../src/core/errors.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { arraySet, readImages } from "../../src/data/index.js";
import { everyImage } from "../../src/models/autoregressive/dependency.testing.js";
import { table, traceDraws } from "../../src/models/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import {
  chiSquared,
  dependentCategories,
  fitted,
  imagesOf,
  numberOf,
  small,
} from "./tabular-helpers.js";

const BINARY = small(2);
const categories = dependentCategories(BINARY, 2000);
const images = imagesOf(BINARY, categories);
const all = arraySet(
  { name: "all", source: "all", split: "all", ...BINARY, annotations: {}, levels: 2 },
  everyImage(BINARY),
);

/** How often each of the 512 images occurs. */
const counts = new Float64Array(512);
for (let start = 0; start < categories.length; start += 9) {
  counts[numberOf(categories.subarray(start, start + 9), 2)]++;
}

const numbersOf = (pixels: Float32Array): number[] =>
  Array.from({ length: pixels.length / 9 }, (_, image) =>
    numberOf(pixels.subarray(image * 9, image * 9 + 9), 2),
  );

const tally = (numbers: readonly number[]): Float64Array => {
  const times = new Float64Array(512);
  for (const number of numbers) times[number]++;
  return times;
};

let device: Device;
let model: LoadedModel;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  model = await fitted(device, table, images, { smoothing: 0.1 });
});
afterAll(async () => {
  await model.release();
  await device.close();
});

const smoothed = counts.map((count) => (count + 0.1) / (2000 + 51.2));

describe("the table", () => {
  test("holds each image's frequency, with the pseudo-count", async () => {
    const { perImage } = await score(model, all);
    const { pixelsUnit } = await readImages(all);
    numbersOf(pixelsUnit).forEach((number, image) => {
      expect(Math.exp(-perImage[image])).toBeCloseTo(smoothed[number], 7);
    });
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-6);
  });

  test("is the empirical distribution without smoothing, and scores its entropy", async () => {
    const exact = await fitted(device, table, images, { smoothing: 0 });
    const entropy = counts.reduce(
      (sum, count) => (count === 0 ? sum : sum - (count / 2000) * Math.log(count / 2000)),
      0,
    );
    expect((await score(exact, images)).value).toBeCloseTo(entropy, 4);
    const { perImage } = await score(exact, all);
    expect(perImage.filter((nats) => nats === Number.POSITIVE_INFINITY)).toHaveLength(
      counts.filter((count) => count === 0).length,
    );
    await exact.release();
  });

  test("is sampled at its frequencies, by one draw per image", async () => {
    const { pixelsUnit } = await sample(model, { count: 40_000, seed: 2 });
    expect(chiSquared(tally(numbersOf(pixelsUnit)), smoothed)).toBeLessThan(511 + 4 * 32);
    const [draw, ...more] = await traceDraws(model, { seed: 2, image: 7 });
    expect(more).toEqual([]);
    expect(draw.bounds).toHaveLength(513);
    expect(draw.bounds[draw.index] <= draw.u && draw.u < draw.bounds[draw.index + 1]).toBe(true);
    expect(draw.index).toBe(numbersOf(pixelsUnit)[7]);
  });

  test("gives its most probable image at temperature 0", async () => {
    const { pixelsUnit } = await sample(model, { count: 2, temperature: 0 });
    const mode = counts.indexOf(Math.max(...counts));
    expect(numbersOf(pixelsUnit)).toEqual([mode, mode]);
  });

  test("is completed by its exact conditionals", async () => {
    const known = Uint8Array.from("010010001", Number);
    const one = imagesOf(BINARY, categories.subarray(9, 18));
    const { pixelsUnit: given } = await readImages(one);
    const { pixelsUnit } = await complete(model, one, { known, repeats: 20_000 });
    const masked = smoothed.map((p, number) =>
      known.every((is, pixel) => !is || ((number >> (8 - pixel)) & 1) === given[pixel]) ? p : 0,
    );
    const total = masked.reduce((sum, p) => sum + p, 0);
    const probs = masked.map((p) => p / total);
    const drawn = tally(numbersOf(pixelsUnit));
    expect(chiSquared(drawn, probs)).toBeLessThan(63 + 4 * Math.sqrt(126));
    drawn.forEach((count, number) => {
      if (probs[number] === 0) expect(count).toBe(0);
    });
  });

  test("sums missing pixels out", async () => {
    const { levels: _, ...info } = images;
    const holes = Float32Array.of(1, Number.NaN, 0, Number.NaN, 1, 1, Number.NaN, 0, 1);
    const { value } = await score(model, arraySet(info, holes));
    const total = smoothed.reduce((sum, p, number) => {
      const agrees = holes.every(
        (pixel, place) => Number.isNaN(pixel) || ((number >> (8 - place)) & 1) === pixel,
      );
      return agrees ? sum + p : sum;
    }, 0);
    expect(value).toBeCloseTo(-Math.log(total), 5);
  });

  test("refuses to complete impossible images", async () => {
    const blank = imagesOf(BINARY, new Uint8Array(9));
    const never = await fitted(device, table, blank, { smoothing: 0 });
    const white = imagesOf(BINARY, new Uint8Array(9).fill(1));
    const known = Uint8Array.from("100000000", Number);
    await expect(complete(never, white, { known })).rejects.toThrow(/probability 0/);
    await never.release();
  });
});

describe("a table that is too large", () => {
  const build = (traits: typeof BINARY) => table.build(table.config.parse({}), traits);

  test("is refused with its number of parameters, before it is allocated", () => {
    const mnist = { ...BINARY, height: 28, width: 28 };
    expect(() => build(mnist)).toThrow(ConfigError);
    expect(() => build(mnist)).toThrow("table would need 2⁷⁸⁴ − 1 ≈ 1.02 × 10²³⁶ free parameters");
    const photograph = { ...small(256), channels: 3, height: 256, width: 256 };
    expect(() => build(photograph)).toThrow("256¹⁹⁶⁶⁰⁸ − 1 ≈ ");
  });

  test("has 25 binary pixels or more", () => {
    expect(() => build({ ...BINARY, height: 5, width: 5 })).toThrow("2²⁵ − 1 = 33,554,431");
    const text = build({ ...BINARY, height: 4, width: 6 }).explain?.();
    expect(text).toContain("2²⁴ − 1 = 16,777,215");
  });
});
