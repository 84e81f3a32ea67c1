import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataTraits } from "../../../../core/batch.js";
import { complete } from "../../../../core/capabilities/complete.js";
import { sample } from "../../../../core/capabilities/sample.js";
import { type LoadedModel, loadModel } from "../../../../core/loaded-model.js";
import { initialValues, variablesOf } from "../../../../core/state.js";
import { openDevice } from "../../../../runtime/device.js";
import type { Device } from "../../../../runtime/program.js";
import { drawByWholePasses } from "../../naive.testing.js";
import {
  binaryImages,
  colourImages,
  configOf,
  type Given,
  wholeNetwork,
} from "../cases.testing.js";
import { pixelcnn } from "../index.js";
import { networkOf } from "../setup.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

/** A model with large weights, so that its images are not pure noise. */
async function untrained(given: Given, data: DataTraits): Promise<LoadedModel> {
  const config = configOf(given);
  const values = initialValues(variablesOf(pixelcnn.build(config, data), data).list(), 4);
  const wide = [...values].map(
    ([name, value]) => [name, (value as Float32Array).map((x) => 2.5 * x)] as const,
  );
  return loadModel(pixelcnn, config, data, device, new Map(wide));
}

describe("sampling with cached windows", () => {
  test.each([
    { data: binaryImages(6, 7), given: { gated: true, features: 8, layers: 3 } },
    { data: binaryImages(6, 7), given: { gated: false, features: 8, layers: 3 } },
    {
      data: binaryImages(5, 4, 3),
      given: { gated: true, features: 8, layers: 2, kernel: 5, conditional: true },
    },
    {
      data: binaryImages(5, 4, 3),
      given: { gated: false, features: 8, layers: 2, kernel: 5, conditional: true },
    },
    {
      data: { ...binaryImages(4, 4), binary: false, levels: 17 },
      given: { features: 8, layers: 2 },
    },
    {
      data: { ...binaryImages(4, 4), binary: false, levels: 17 },
      given: { features: 8, layers: 2, head: "logistic" },
    },
    {
      data: colourImages(4, 3, 8),
      given: { gated: true, features: 12, outputFeatures: 6, layers: 2 },
    },
    {
      data: colourImages(4, 3, 8),
      given: { gated: false, features: 12, outputFeatures: 6, layers: 2 },
    },
    { data: colourImages(4, 3, 8), given: { features: 12, layers: 2, head: "logistic" } },
    { data: binaryImages(1, 5), given: { gated: true, features: 8, layers: 1 } },
    { data: binaryImages(5, 1), given: { gated: false, features: 8, layers: 1 } },
  ])("gives the images of whole passes, bit for bit: $given on $data", async ({ data, given }) => {
    const model = await untrained(given, data);
    const request = {
      size: 6,
      first: 3,
      seed: 7,
      draw: true,
      annotations: { class: Int32Array.of(0, 1, 2, 0, 1, 2) },
      options: {},
    };
    for (const temperature of [1, 0.6]) {
      const asked = { ...request, temperature };
      const sampler = model.model.capabilities.sample!;
      if (typeof sampler === "function") throw new TypeError("the host must drive the sampler");
      const cached = await sampler.drive(model, asked);
      const naive = await drawByWholePasses(
        model,
        wholeNetwork(networkOf(configOf(given), data)),
        asked,
      );
      expect(cached).toEqual(naive);
      expect(new Set(cached).size).toBeGreaterThan(1);
    }
    await model.release();
  });

  test("at temperature 0 every image is the mode pixel by pixel, the limit of low temperatures", async () => {
    const data = binaryImages(3, 3);
    const model = await untrained({ gated: true, features: 8, layers: 1 }, data);
    const { pixelsUnit } = await sample(model, { count: 2, temperature: 0, seed: 3 });
    expect(pixelsUnit.slice(0, 9)).toEqual(pixelsUnit.slice(9));
    const cold = await sample(model, { count: 2, temperature: 1e-4, seed: 4 });
    expect(cold.pixelsUnit).toEqual(pixelsUnit);
    await model.release();
  });

  test("work stops when it is aborted", async () => {
    const model = await untrained({ features: 8, layers: 1 }, binaryImages(8, 8));
    const stop = new AbortController();
    const drawing = sample(model, {
      count: 4,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(drawing).rejects.toThrow("enough");
    await model.release();
  });

  test("a completion without known pixels is a sample", async () => {
    const model = await untrained({ gated: true, features: 8, layers: 1 }, binaryImages(4, 4));
    const [drawn, asked] = [
      await sample(model, { count: 3, seed: 5 }),
      await complete(model, { count: 3, read: () => {} }, { known: new Uint8Array(16), seed: 5 }),
    ];
    expect(asked.pixelsUnit).toEqual(drawn.pixelsUnit);
    await model.release();
  });
});
