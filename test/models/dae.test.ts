import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { corruptImages, denoise } from "../../src/core/capabilities/denoise.js";
import { ConfigError } from "../../src/core/errors.js";
import { inMemory } from "../../src/core/images.js";
import { phasesOf } from "../../src/core/phases.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import { bestGaussianFilter } from "../../src/metrics/gaussian-filter.js";
import { psnr } from "../../src/metrics/psnr.js";
import { dae } from "../../src/models/autoencoder/dae/index.js";
import { EXAMPLE } from "../../src/models/autoencoder/options.js";
import type { Corruption } from "../../src/nn/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";

let device: Device;
let digits: ImageSet;
let unseen: ImageSet;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
  digits = await loadDataset("digits");
  unseen = await loadDataset("digits", { split: "test" });
});
afterAll(() => device.close());

const trained = (config: Record<string, unknown>, epochs = 30) =>
  trainModel({
    model: dae,
    images: digits,
    device,
    config: { architecture: "mlp", hidden: [128], latent: 32, ...config },
    training: { epochs, batchSize: 64, learningRate: 2e-3, schedule: "cosine" },
    validation: 0,
    seed: 2,
  });

test.each<Corruption>([
  { kind: "gaussian", level: 0.4 },
  { kind: "masking", level: 0.3 },
  { kind: "salt-and-pepper", level: 0.3 },
])("removes $kind of unseen digits better than the best Gaussian filter", async (corruption) => {
  const model = await trained({ corruption: corruption.kind, level: corruption.level });
  const clean = await readImages(unseen);
  const noisy = await corruptImages(model, unseen, corruption, { seed: 9 });
  const repaired = await denoise(model, inMemory(noisy.pixelsUnit, noisy.count));
  const filtered = psnr(bestGaussianFilter(noisy, clean).images, clean);
  expect(filtered).toBeGreaterThan(psnr(noisy, clean));
  expect(psnr(repaired, clean)).toBeGreaterThan(filtered + 0.5);
  await model.release();
});

describe("layer by layer", () => {
  test("each layer has a phase, and the last trains all together", () => {
    const model = dae.build(
      dae.config.parse({ channels: [4, 6], hidden: [8], stacked: true, pretraining: 0.4 }),
      EXAMPLE,
    );
    const phases = phasesOf(model);
    expect(phases.map(({ name }) => name)).toEqual([
      "pretrain-conv1",
      "pretrain-conv2",
      "pretrain-hidden1",
      "pretrain-code",
      "together",
    ]);
    expect(phases[0].share).toBeCloseTo(0.1, 12);
    expect(phases[4].share).toBeCloseTo(0.6, 12);
  });

  test("a phase moves its own layer alone, and a layer learns from those below", async () => {
    const begun = await trained({ stacked: true, pretraining: 0.99 }, 4);
    const more = await trained({ stacked: true, pretraining: 0.5 }, 4);
    const clean = await readImages(unseen);
    const noisy = await corruptImages(more, unseen, { kind: "gaussian", level: 0.5 });
    const source = inMemory(noisy.pixelsUnit, noisy.count);
    const [before, after] = [await denoise(begun, source), await denoise(more, source)];
    // Layers that were trained one by one already repair, and training them together repairs better.
    expect(psnr(before, clean)).toBeGreaterThan(psnr(noisy, clean));
    expect(psnr(after, clean)).toBeGreaterThan(psnr(before, clean));
    for (const model of [begun, more]) await model.release();
  });
});

test.each([
  [{ corruption: "masking", level: 1 }, /masking replaces must be in \(0, 1\), not 1/],
  [{ level: 0 }, /must be a number > 0, not 0/],
])("%j is refused", async (config, message) => {
  await expect(trained(config)).rejects.toThrow(ConfigError);
  await expect(trained(config)).rejects.toThrow(message);
});
