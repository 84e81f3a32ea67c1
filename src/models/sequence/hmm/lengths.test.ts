import { expect, test } from "vitest";
import { score } from "../../../core/capabilities/score.js";
import { readImages } from "../../../data/image-set.js";
import { openDevice } from "../../../runtime/device.js";
import {
  expectClose,
  imagesOf,
  loadHmm,
  passOf,
  randomImages,
  randomValues,
  traitsOf,
  withMissing,
} from "./hmm.testing.js";

const cases = [
  { states: 3, emission: "bernoulli", levels: 2 },
  { states: 3, emission: "gaussian", topology: "left-right" },
  { states: 2, emission: "gaussian", covariance: "full" },
  { states: 2, emission: "discrete", sequence: "columns", levels: 3 },
];

test.each(cases)(
  "a sequence that ends early is one whose later observations are missing: $emission $topology $sequence",
  async ({ levels, ...config }) => {
    const device = await openDevice({ host: "inline" });
    const images = randomImages(4, 1, levels);
    const short = withMissing(images, (_, pixel) =>
      config.sequence === "columns" ? pixel % 3 === 2 : pixel >= 6,
    );
    const { pixelsUnit } = await readImages(images);
    const kept = Array.from(pixelsUnit).filter((_, at) =>
      config.sequence === "columns" ? at % 3 < 2 : at % 9 < 6,
    );
    const [height, width] = config.sequence === "columns" ? [3, 2] : [2, 3];
    const cropped = imagesOf(kept, { channels: 1, height, width }, levels);
    const values = randomValues(config, traitsOf(images), 4, 1.5);
    const whole = await loadHmm(device, config, traitsOf(images), values);
    const part = await loadHmm(device, config, traitsOf(cropped), values);
    const [first, second] = [await score(whole, short), await score(part, cropped)];
    expectClose(first.perImage, second.perImage, 4);
    const padded = new Float32Array(4 * 9);
    await short.read([0, 1, 2, 3], padded);
    const weights = new Float32Array(4).fill(1);
    const long = passOf(config, traitsOf(images))(values, padded, weights);
    const exact = passOf(config, traitsOf(cropped))(values, Float32Array.from(kept), weights);
    expect(long.metrics.nllNats).toBeCloseTo(exact.metrics.nllNats, 4);
    expectClose(long.sums.get("emission"), exact.sums.get("emission") as Float64Array, 4);
    await whole.release();
    await part.release();
    await device.close();
  },
);
