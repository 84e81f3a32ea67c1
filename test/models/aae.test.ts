import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Codes,
  encode,
  type LoadedModel,
  posteriorCodes,
  priorCodes,
  reconstruct,
  sample,
} from "../../src/core/index.js";
import { type ImageSet, loadDataset, readImages } from "../../src/data/index.js";
import { aae, aaeWith, type Prior } from "../../src/models/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { div } from "../../src/tensor/index.js";
import { trainSmall } from "./train-small.js";

let device: Device;
let images: ImageSet;
beforeAll(async () => {
  device = await openDevice({ host: "inline", device: "cpu" });
  images = await loadDataset("digits");
});
afterAll(() => device.close());

const small = { architecture: "mlp", hidden: [64], critic: [64, 64] };

describe("learning gates on real digits", () => {
  test.each([
    { regulariser: "adversarial", weight: 2 },
    { regulariser: "mmd", weight: 100 },
  ])("$regulariser: codes come near the prior, and images are still rebuilt", async (settings) => {
    const config = { ...small, ...settings };
    const steps = 400;
    const fitting = { definition: aae, device, images, steps };
    const model = await trainSmall({ ...fitting, config });
    const free = await trainSmall({ ...fitting, config: { ...config, weight: 0 } });
    expect(await distance(model)).toBeLessThan(0.4 * (await distance(free)));
    const { pixelsUnit } = await readImages(images);
    const rebuilt = await reconstruct(model, images);
    const error =
      rebuilt.pixelsUnit.reduce((sum, p, at) => sum + (p - pixelsUnit[at]) ** 2, 0) /
      pixelsUnit.length;
    // The mean image would leave all of the variance.
    expect(error).toBeLessThan(0.85 * varianceOf(pixelsUnit));
    await model.release();
    await free.release();
  });

  test("a class has a region of its own, from which its digits are drawn", async () => {
    const config = { ...small, prior: "ring", regions: true, regulariser: "mmd", weight: 100 };
    const fitting = { definition: aae, device, images, config, learningRate: 1e-3 };
    const model = await trainSmall({ ...fitting, steps: 300 });
    const codes = await posteriorCodes(model, images);
    const classes = images.annotations?.class?.values ?? [];
    const right = Array.from(classes).filter((label, image) => {
      const [x, y] = codes.values.subarray(2 * image, 2 * image + 2);
      const turn = (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
      return Math.floor(turn * 10) === label;
    }).length;
    // A tenth would be chance.
    expect(right / images.count).toBeGreaterThan(0.4);
    const drawn = await sample(model, { count: 20, condition: { class: ["0", "1"] } });
    const { pixelsUnit } = await readImages(images);
    const means = [0, 1].map((label) => meanImage(pixelsUnit, classes, label));
    for (let image = 0; image < 20; image++) {
      const picture = drawn.pixelsUnit.subarray(64 * image, 64 * image + 64);
      const [own, other] = [means[image % 2], means[1 - (image % 2)]];
      expect(squares(picture, own)).toBeLessThan(squares(picture, other));
    }
    await model.release();
  });
});

test("posteriorStd draws the codes around the encoder's output", async () => {
  const config = { ...small, posteriorStd: 0.5 };
  const model = await trainSmall({ definition: aae, device, images, config, steps: 5 });
  const mean = await encode(model, images);
  const draws = await Promise.all([1, 2].map((seed) => posteriorCodes(model, images, { seed })));
  const [first, second] = draws.map(({ values }) =>
    values.map((value, at) => value - mean.values[at]),
  );
  // Thousands of numbers each: no standard error is above 0.01.
  const meanOf = (of: (at: number) => number) =>
    first.reduce((sum, _, at) => sum + of(at), 0) / first.length;
  expect(meanOf((at) => first[at])).toBeCloseTo(0, 1);
  expect(meanOf((at) => first[at] ** 2)).toBeCloseTo(0.25, 1);
  expect(meanOf((at) => first[at] * second[at])).toBeCloseTo(0, 1);
  await model.release();
});

/** How far the moments of codes of images, up to the second, are from those of the prior. */
async function distance(model: LoadedModel): Promise<number> {
  const [codes, drawn] = [
    await posteriorCodes(model, images),
    await priorCodes(model, { count: images.count }),
  ].map(momentsOf);
  return Math.sqrt(squares(codes, drawn));
}

function momentsOf({ values, count }: Codes): number[] {
  const mean = (of: (x: number, y: number) => number) => {
    let sum = 0;
    for (let at = 0; at < values.length; at += 2) sum += of(values[at], values[at + 1]);
    return sum / count;
  };
  return [
    mean((x) => x),
    mean((_, y) => y),
    mean((x) => x * x),
    mean((_, y) => y * y),
    mean((x, y) => x * y),
  ];
}

/** The variance of each pixel over the images, averaged over the pixels. */
function varianceOf(pixels: Float32Array): number {
  const all = new Int32Array(pixels.length / 64);
  const mean = meanImage(pixels, all, 0);
  return pixels.reduce((sum, p, at) => sum + (p - mean[at % 64]) ** 2, 0) / pixels.length;
}

function meanImage(pixels: Float32Array, classes: ArrayLike<number>, label: number): Float64Array {
  const sum = new Float64Array(64);
  let count = 0;
  for (let image = 0; image < classes.length; image++) {
    if (classes[image] !== label) continue;
    count++;
    for (let at = 0; at < 64; at++) sum[at] += pixels[64 * image + at];
  }
  return sum.map((value) => value / count);
}

const squares = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0);

const data = {
  channels: 1,
  height: 8,
  width: 8,
  binary: false,
  levels: 17,
  annotations: {},
};

test("any function that draws can be the prior, unless it draws what is no number", () => {
  const drawing = (draw: Prior["draw"]) =>
    aaeWith({ describes: "of the test", draw }).build(aae.config.parse({ latent: 1 }), data);
  const model = drawing((_, { place }) => place);
  expect(model.explain?.()).toContain("prior: of the test");
  expect(() => drawing((_, { place }) => div(place, 0))).toThrow(/must be finite/);
});

test("regions need classes, and a ring needs two numbers", () => {
  const build = (config: object) => () => aae.build(aae.config.parse(config), data);
  expect(build({ regions: true })).toThrow("aae: regions=true needs labelled images");
  expect(build({ prior: "ring", latent: 3 })).toThrow("set latent=2");
});
