import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { DataError } from "../../src/core/errors.js";
import { arraySet, binarise, loadDataset, readImages } from "../../src/data/index.js";
import { independent } from "../../src/models/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { dependentCategories, fitted, imagesOf, small } from "./tabular-helpers.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

describe("independent pixels", () => {
  test.each([0, 0.5, 3])("have their frequencies, with a pseudo-count of %d", async (smoothing) => {
    const traits = small(4);
    const categories = dependentCategories(traits, 50);
    const images = imagesOf(traits, categories);
    const model = await fitted(device, independent, images, { smoothing });
    const { perImage } = await score(model, images);
    perImage.forEach((nats, image) => {
      let expected = 0;
      for (let pixel = 0; pixel < 9; pixel++) {
        const value = categories[image * 9 + pixel];
        const column = categories.filter((_, index) => index % 9 === pixel);
        const count = column.filter((other) => other === value).length;
        expected -= Math.log((count + smoothing) / (50 + 4 * smoothing));
      }
      expect(nats).toBeCloseTo(expected, 4);
    });
    await model.release();
  });

  test("of several channels are separate variables", async () => {
    const traits = { ...small(2), channels: 3 };
    const categories = Uint8Array.from({ length: 27 * 10 }, (_, index) =>
      Math.floor((index % 27) / 9) === 1 ? 1 : 0,
    );
    const model = await fitted(device, independent, imagesOf(traits, categories), { smoothing: 0 });
    const { pixelsUnit } = await sample(model, { count: 2 });
    expect([...pixelsUnit]).toEqual([...categories.subarray(0, 54)]);
    await model.release();
  });

  test("reach the sum of the pixels' entropies on the images that they are fitted to", async () => {
    const images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
    const { pixelsUnit, count } = await readImages(images);
    const on = new Float64Array(64);
    pixelsUnit.forEach((value, index) => {
      on[index % 64] += value / count;
    });
    const plogp = (p: number) => (p === 0 ? 0 : -p * Math.log(p));
    const entropy = on.reduce((sum, p) => sum + plogp(p) + plogp(1 - p), 0);
    const model = await fitted(device, independent, images, { smoothing: 0 });
    expect((await score(model, images)).value).toBeCloseTo(entropy, 3);
    await model.release();
  });

  test("are fitted to incomplete images by the pixels that are present", async () => {
    const categories = dependentCategories(small(2), 200);
    const { levels: _, ...info } = imagesOf(small(2), categories);
    const holes = Float32Array.from(categories, (value, index) =>
      (index * 7) % 5 === 0 ? Number.NaN : value,
    );
    const config = { smoothing: 0, levels: 2 };
    const model = await fitted(device, independent, arraySet(info, holes), config);
    const { perImage } = await score(model, arraySet(info, new Float32Array(9).fill(1)));
    let expected = 0;
    for (let pixel = 0; pixel < 9; pixel++) {
      const there = holes.filter((value, index) => index % 9 === pixel && !Number.isNaN(value));
      expected -= Math.log(there.filter((value) => value === 1).length / there.length);
    }
    expect(perImage[0]).toBeCloseTo(expected, 4);
    await model.release();
  });

  test("refuse images whose weights are all 0", async () => {
    const weights = new Float32Array(20);
    const images = imagesOf(small(2), dependentCategories(small(2), 20), { weights });
    await expect(fitted(device, independent, images)).rejects.toThrow(DataError);
  });

  test("are explained", () => {
    const text = independent.build(independent.config.parse({}), small(2)).explain?.();
    expect(text).toContain("∏ᵢ p(xᵢ)");
    expect(text).toContain("9 · (2 − 1) = 9");
  });
});
