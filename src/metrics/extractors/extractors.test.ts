import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError, UnavailableError } from "../../core/errors.js";
import type { ImageSource } from "../../core/images.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import type { ImageSet } from "../../data/image-set.js";
import { subset } from "../../data/image-set.js";
import { loadDataset } from "../../data/load-dataset.js";
import { openDevice } from "../../runtime/device.js";
import type { Device } from "../../runtime/program.js";
import type { Extractor } from "./extractor.js";
import { modelExtractor } from "./model-features.js";
import { pixelExtractor } from "./pixels.js";
import { randomExtractor } from "./random-features.js";

let device: Device;
let digits: ImageSet;
beforeAll(async () => {
  device = await openDevice({ host: "inline", threads: 1 });
  const all = await loadDataset("digits", { split: "test" });
  digits = subset(
    all,
    Uint32Array.from({ length: 30 }, (_, at) => at),
  );
});
afterAll(() => device.close());

async function featuresOf(extractor: Extractor, source: ImageSource, batchSize = 500) {
  const values: number[] = [];
  for await (const batch of extractor.features(source, { batchSize })) {
    expect(batch.first).toBe(values.length / extractor.length);
    values.push(...Array.from(batch.values));
  }
  return values;
}

describe("raw pixels", () => {
  test("are the images themselves, whatever the batch", async () => {
    const extractor = pixelExtractor(digits);
    const expected = new Float32Array(30 * 64);
    await digits.read(
      Array.from({ length: 30 }, (_, at) => at),
      expected,
    );
    expect(await featuresOf(extractor, digits)).toEqual(Array.from(expected));
    expect(await featuresOf(extractor, digits, 7)).toEqual(Array.from(expected));
    expect(extractor).toMatchObject({ name: "pixels", sha256: null, length: 64 });
  });

  test("refuse images that lack pixels", async () => {
    const missing = new Uint32Array(30);
    missing[4] = 1;
    await expect(featuresOf(pixelExtractor(digits), { ...digits, missing })).rejects.toThrow(
      DataError,
    );
  });
});

describe("random weights", () => {
  test("follow the seed, and the hash tells them apart", async () => {
    const extractors = [
      await randomExtractor(device, digits, 1),
      await randomExtractor(device, digits, 1),
      await randomExtractor(device, digits, 2),
    ];
    const [first, same, other] = await Promise.all(extractors.map((e) => featuresOf(e, digits)));
    expect(first).toHaveLength(30 * extractors[0].length);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
    expect(extractors[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(extractors[1].sha256).toBe(extractors[0].sha256);
    expect(extractors[2].sha256).not.toBe(extractors[0].sha256);
    await Promise.all(extractors.map((extractor) => extractor.release()));
  });

  test("take images of one pixel in a row, too", async () => {
    const source: ImageSource = { count: 2, read: (_, out) => void out.set([0, 1, 1, 0]) };
    const extractor = await randomExtractor(device, { channels: 1, height: 1, width: 2 });
    expect((await featuresOf(extractor, source)).every(Number.isFinite)).toBe(true);
    await extractor.release();
  });
});

describe("a model", () => {
  const able = (capabilities: LoadedModel["model"]["capabilities"]) => ({
    definition: { id: "toy" },
    data: { channels: 1, height: 8, width: 8, annotations: {} },
    model: { steps: [], capabilities },
    values: async () => new Map([["parameters.w", Float32Array.of(1)]]),
  });

  test("without codes and classes is refused, with what it has instead", async () => {
    const model = able({ filters: async () => new Float32Array() }) as unknown as LoadedModel;
    await expect(modelExtractor("toy", model)).rejects.toThrow(UnavailableError);
    await expect(modelExtractor("toy", model)).rejects.toThrow(/it has filters/);
  });
});
