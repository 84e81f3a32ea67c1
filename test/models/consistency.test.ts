import { afterAll, beforeAll, expect, test } from "vitest";
import { sample } from "../../src/core/capabilities/sample.js";
import { ConfigError } from "../../src/core/errors.js";
import type { Images } from "../../src/core/images.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import type { ImageSet } from "../../src/data/image-set.js";
import { trainModel } from "../../src/in-memory.js";
import { ddpm } from "../../src/models/diffusion/ddpm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { drawPatterns, patternEntropy, patternLogProbs } from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
let images: ImageSet;
let teacher: LoadedModel;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  images = await drawPatterns(2000);
  const config = { patch: 1, multipliers: [1], attention: [], blocks: 1, channels: 16, steps: 60 };
  teacher = await trainSmall({ definition: ddpm, device, images, config, steps: 300 });
}, 120_000);
afterAll(() => device.close());

/** log p(image | pattern) of each image, its pixels rounded, for the four patterns. */
function logProbsOf({ pixelsUnit, count }: Images): number[][] {
  return Array.from({ length: count }, (_, image) => {
    const bits = pixelsUnit.subarray(image * 9, image * 9 + 9);
    const number = bits.reduce((total, value, at) => total + (value > 0.5 ? 2 ** at : 0), 0);
    return patternLogProbs.map((logProbs) => logProbs[number]);
  });
}

/** Mean of −log p(image) by the probabilities that the patterns were drawn with. */
function meanNats(drawn: Images): number {
  const logs = logProbsOf(drawn).map((each) =>
    Math.log(each.reduce((total, log) => total + Math.exp(log), 0) / each.length),
  );
  return -logs.reduce((total, log) => total + log, 0) / logs.length;
}

/** Shares of images that are likeliest of each pattern. */
function patternShares(drawn: Images): number[] {
  const likeliest = logProbsOf(drawn).map((each) => each.indexOf(Math.max(...each)));
  return patternLogProbs.map(
    (_, pattern) => likeliest.filter((found) => found === pattern).length / likeliest.length,
  );
}

test("one or two evaluations of a student draw the patterns, and one of the teacher does not", async () => {
  const ofTeacher = meanNats(
    await sample(teacher, { count: 400, options: { sampler: "ddim", steps: 1 } }),
  );
  expect(ofTeacher).toBeGreaterThan(patternEntropy + 2);
  for (const steps of [1, 2]) {
    const student = await trainModel({
      model: "consistency",
      images,
      device,
      config: { levels: 10, steps },
      training: { steps: 200, batchSize: 64, learningRate: 1e-3 },
      validation: 0,
      parts: { teacher, student: teacher },
    });
    const drawn = await sample(student, { count: 400 });
    expect(meanNats(drawn)).toBeLessThan(patternEntropy + 0.5);
    for (const share of patternShares(drawn)) expect(share).toBeGreaterThan(0.1);
    await student.release();
  }
}, 120_000);

test("refuses a teacher that takes no noise level, and levels in the wrong order", async () => {
  const train = (options: { model?: LoadedModel; config?: Record<string, unknown> }) =>
    trainModel({
      model: "consistency",
      images,
      device,
      training: { steps: 1 },
      parts: { teacher: options.model ?? teacher },
      ...(options.config && { config: options.config }),
    });
  const dae = await trainModel({
    model: "dae",
    images,
    device,
    config: { architecture: "mlp", hidden: [4] },
    training: { steps: 1 },
  });
  await expect(train({ model: dae })).rejects.toThrow("does not take a noise level");
  await expect(train({ config: { least: 5, most: 2 } })).rejects.toThrow(ConfigError);
  await dae.release();
});
