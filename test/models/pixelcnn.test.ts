import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classLabels } from "../../src/core/annotations.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { binarise } from "../../src/data/binarise.js";
import { arraySet, readImages, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { totalProbability } from "../../src/models/autoregressive/dependency.testing.js";
import { binaryImages, nats } from "../../src/models/autoregressive/pixelcnn/cases.testing.js";
import { pixelcnn } from "../../src/models/autoregressive/pixelcnn/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
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

describe.each([
  { gated: true, features: 8, layers: 1, firstKernel: 3 },
  { gated: false, features: 16, layers: 2, firstKernel: 5 },
])("trained on images of known entropy: %j", (config) => {
  let model: LoadedModel;
  beforeAll(async () => {
    const images = await drawPatterns(4000);
    model = await trainSmall({ definition: pixelcnn, device, images, config, steps: 600 });
  }, 60_000);
  afterAll(() => model.release());

  test("it learns, and does not beat the entropy", async () => {
    const { perImage, kind } = await score(model, everyPattern);
    const excess = patternCrossEntropy(perImage) - patternEntropy;
    expect(kind).toBe("exact");
    expect(excess).toBeGreaterThan(0);
    expect(excess).toBeLessThan(0.02 * (patternIgnorance - patternEntropy));
  });

  test("the probabilities of all images still sum to 1", async () => {
    const { perImage } = await score(model, everyPattern);
    const total = perImage.reduce((sum, value) => sum + Math.exp(-value), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    const values = new Map(
      [...(await model.values())].map(([name, data]) => [
        name,
        Float64Array.from(data as Float32Array),
      ]),
    );
    const exact = totalProbability(nats(config, binaryImages(3, 3)), binaryImages(3, 3), values);
    expect(Math.abs(exact - 1)).toBeLessThan(1e-6);
  });

  test("images are drawn as often as they are probable", async () => {
    const count = 4000;
    const { perImage } = await score(model, everyPattern);
    const { pixelsUnit } = await sample(model, { count, seed: 1 });
    const counts = new Float64Array(512);
    for (let image = 0; image < count; image++) {
      let number = 0;
      for (let pixel = 0; pixel < 9; pixel++) number |= pixelsUnit[image * 9 + pixel] << pixel;
      counts[number]++;
    }
    perImage.forEach((value, image) => {
      const probability = Math.exp(-value);
      const deviation = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs(counts[image] / count - probability)).toBeLessThan(5 * deviation + 1 / count);
    });
  });
});

describe("completion", () => {
  const known = Uint8Array.from({ length: 9 }, (_, pixel) => (pixel < 4 || pixel === 8 ? 1 : 0));

  test("keeps given pixels, and draws the others given those before them", async () => {
    const images = await drawPatterns(4000);
    const model = await trainSmall({
      definition: pixelcnn,
      device,
      images,
      steps: 300,
      config: { features: 8, layers: 1, firstKernel: 3 },
    });
    const given = Float32Array.of(1, 1, 1, 0, 0.25, 0.25, 0.25, 0.25, 1);
    const source = {
      count: 1,
      read(indices: ArrayLike<number>, out: Float32Array) {
        for (let copy = 0; copy < indices.length; copy++) out.set(given, copy * 9);
      },
    };
    const repeats = 3000;
    const { pixelsUnit } = await complete(model, source, { known, repeats, seed: 2 });
    const { perImage } = await score(model, everyPattern);
    const [joint, marginal] = [new Float64Array(32), new Float64Array(1)];
    perImage.forEach((value, image) => {
      if ((image & 0b1111) !== 0b0111) return;
      joint[image >> 4] += Math.exp(-value);
      marginal[0] += Math.exp(-value);
    });
    const counts = new Float64Array(16);
    for (let image = 0; image < repeats; image++) {
      const pixels = pixelsUnit.subarray(image * 9, image * 9 + 9);
      known.forEach((isKnown, pixel) => {
        if (isKnown === 1) expect(pixels[pixel]).toBe(given[pixel]);
        else {
          expect([0, 1]).toContain(pixels[pixel]);
        }
      });
      counts[pixels[4] + 2 * pixels[5] + 4 * pixels[6] + 8 * pixels[7]]++;
    }
    // The last pixel is given but comes after the missing ones, so it has no effect.
    counts.forEach((count, drawn) => {
      const probability = (joint[drawn] + joint[drawn + 16]) / marginal[0];
      const deviation = Math.sqrt((probability * (1 - probability)) / repeats);
      expect(Math.abs(count / repeats - probability)).toBeLessThan(5 * deviation + 1 / repeats);
    });
    await model.release();
  });
});

describe("classes", () => {
  test("a conditional model draws images like those of the class", async () => {
    const images = await drawPatterns(3000);
    const { pixelsUnit } = await readImages(images);
    // The class is the value of the upper left pixel.
    const labels = Int32Array.from({ length: 3000 }, (_, image) => pixelsUnit[image * 9]);
    const labelled = arraySet(
      { ...everyPattern, annotations: classLabels(labels) },
      Uint8Array.from(pixelsUnit),
    );
    const model = await trainSmall({
      definition: pixelcnn,
      device,
      images: labelled,
      steps: 400,
      config: { features: 8, layers: 1, firstKernel: 3, conditional: true },
    });
    const drawn = await sample(model, { count: 200, condition: { class: [0, 1] } });
    let right = 0;
    for (let image = 0; image < 200; image++) {
      right += Number(drawn.pixelsUnit[image * 9] === image % 2);
    }
    expect(right).toBeGreaterThan(190);
    await model.release();
  });
});

describe("learning gate on real digits", () => {
  test("binary digits are far more probable than with independent pixels", async () => {
    const images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
    const unseen = binarise(await loadDataset("digits", { split: "test" }), {
      mode: "fixed",
      seed: 0,
    });
    const config = { features: 16, layers: 2 };
    const model = await trainSmall({ definition: pixelcnn, device, images, config, steps: 300 });
    const { value } = await score(model, unseen);
    expect(value).toBeLessThan((await independentNll(images, unseen)) - 2);
    await model.release();
  });

  test.each(["categorical", "logistic"])(
    "grey digits are learned with the %s head",
    async (head) => {
      const images = await loadDataset("digits");
      const unseen = subset(
        await loadDataset("digits", { split: "test" }),
        Array.from({ length: 200 }, (_, i) => i),
      );
      const config = { features: 16, layers: 1, head, components: 3 };
      const model = await trainSmall({
        definition: pixelcnn,
        device,
        images,
        config,
        steps: 200,
        batchSize: 32,
      });
      const { value } = await score(model, unseen);
      // With 17 equally probable levels: 64 · log 17 = 181 nats.
      expect(value).toBeLessThan(0.8 * 64 * Math.log(17));
      await model.release();
    },
  );
});
