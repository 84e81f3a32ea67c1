import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { census } from "../../src/core/capabilities/validate.js";
import { ConfigError } from "../../src/core/errors.js";
import { encode, filters } from "../../src/core/index.js";
import type { ImageSet } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import { unitCensus } from "../../src/models/autoencoder/sae/census.js";
import { sae } from "../../src/models/autoencoder/sae/index.js";
import { keepLargest, klToTarget } from "../../src/models/autoencoder/sae/sparsity.js";
import { openDevice } from "../../src/runtime/device.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import type { Device } from "../../src/runtime/program.js";
import { grad } from "../../src/tensor/gradient.js";
import { sum } from "../../src/tensor/ops/reduction.js";
import { constant, input } from "../../src/tensor/tensor.js";

let device: Device;
let digits: ImageSet;
let unseen: ImageSet;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
  digits = await loadDataset("digits");
  unseen = await loadDataset("digits", { split: "test" });
});
afterAll(() => device.close());

const trained = (config: Record<string, unknown>) =>
  trainModel({
    model: sae,
    images: digits,
    device,
    config: { latent: 100, ...config },
    training: { epochs: 60, batchSize: 128, learningRate: 3e-3, schedule: "cosine" },
    validation: 0,
    seed: 2,
  });

describe("the penalties", () => {
  const code = [0.2, 0.6, 0.4, 0.2];

  test("KL to the target is that of the batch's mean activations, for each image", () => {
    const [found] = interpret([klToTarget(constant(code, [2, 2]), 0.1)], {});
    const kl = (p: number, q: number) =>
      p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    // Units of mean activation (0.2 + 0.4) / 2 and (0.6 + 0.2) / 2.
    const expected = kl(0.1, 0.3) + kl(0.1, 0.4);
    for (const value of found.data) expect(value).toBeCloseTo(expected, 6);
    expect(found.shape).toEqual([2]);
  });

  test("KL is 0 at the target, and finite where units are off altogether", () => {
    const values = (rate: number) =>
      interpret([klToTarget(constant([rate, rate], [1, 2]), 0.1)], {})[0].data[0];
    expect(values(0.1)).toBeCloseTo(0, 6);
    expect(Number.isFinite(values(0))).toBe(true);
  });

  test("top-k keeps the largest, the first of equals, and the gradient flows through those", () => {
    const x = input("x", [2, 4]);
    const kept = keepLargest(x, 2);
    const { slope } = grad(sum(kept), { slope: x });
    const feeds = { x: Float64Array.of(0.1, 0.9, 0.5, 0.3, 0.4, 0.4, 0.4, 0.2) };
    const [found, slopes] = interpret([kept, slope], feeds);
    expect([...found.data]).toEqual([0, 0.9, 0.5, 0, 0.4, 0.4, 0, 0]);
    expect([...slopes.data]).toEqual([0, 1, 1, 0, 1, 1, 0, 0]);
  });
});

test("the census counts units over all images", () => {
  const count = unitCensus(() => constant(0), 3).begin();
  count.add(Float32Array.of(0.5, 0, 0.05, 0.2, 0, 0), 2);
  count.add(Float32Array.of(0, 0, 0.05), 1);
  const { meanActivation, activeUnits, deadUnits } = count.result();
  expect(meanActivation).toBeCloseTo(0.8 / 9, 6);
  expect(activeUnits).toBeCloseTo(2 / 9, 12);
  expect(deadUnits).toBeCloseTo(2 / 3, 12);
});

describe("learning gate on real digits", () => {
  test("KL brings the mean activation near the target and leaves few units dead", async () => {
    const model = await trained({ target: 0.1 });
    const { meanActivation, deadUnits } = await census(model, unseen);
    expect(Math.abs(meanActivation - 0.1)).toBeLessThan(0.02);
    expect(deadUnits).toBeLessThanOrEqual(0.05);
    const pictures = await filters(model);
    expect(pictures.count).toBe(100);
    await model.release();
  });

  test("a heavier L1 penalty leaves a smaller mean activation", async () => {
    const activations: number[] = [];
    for (const l1Weight of [0.001, 0.1]) {
      const model = await trained({ sparsity: "l1", l1Weight });
      activations.push((await census(model, unseen)).meanActivation);
      await model.release();
    }
    expect(activations[1]).toBeLessThan(0.5 * activations[0]);
  });

  test("top-k leaves exactly k units of an image", async () => {
    const model = await trained({ sparsity: "top-k", k: 12 });
    const { values, length } = await encode(model, unseen);
    for (let image = 0; image < unseen.count; image++) {
      const row = values.subarray(image * length, (image + 1) * length);
      expect(row.filter((value) => value > 0)).toHaveLength(12);
    }
    await model.release();
  });
});

test("more units to keep than the code has are refused", async () => {
  const asked = trained({ sparsity: "top-k", k: 101 });
  await expect(asked).rejects.toThrow(ConfigError);
  await expect(asked).rejects.toThrow(/a code of 100 units cannot keep its 101 largest/);
});
