import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { DataError } from "../../src/core/errors.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { arraySet, type ImageSet } from "../../src/data/index.js";
import { openDevice, trainModel } from "../../src/index.js";
import type { Device } from "../../src/runtime/index.js";

const LEVELS = 5;
const SIDE = 4;

/** Images of pixels that a function of the image's and the pixel's number chooses among the levels. */
function imagesOf(count: number, level: (image: number, pixel: number) => number, levels = LEVELS) {
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, (_, at) =>
    level(Math.floor(at / (SIDE * SIDE)), at % (SIDE * SIDE)),
  );
  const shape = { channels: 1, height: SIDE, width: SIDE };
  return arraySet({ name: "made", source: "made", split: "train", ...shape, levels }, pixels);
}

/** Images without the brightest level, and one that has it in its last pixel. */
const seen = imagesOf(40, (image, pixel) => (image * 7 + pixel * 3 + (image >> 2)) % (LEVELS - 1));
const unseen = imagesOf(1, (_, pixel) => (pixel === 15 ? LEVELS - 1 : pixel % (LEVELS - 1)));
/** Black images with a white last pixel now and then, and one with a white first pixel. */
const dark = imagesOf(40, (image, pixel) => (pixel === 15 && image % 3 === 0 ? 1 : 0), 2);
const light = imagesOf(1, (_, pixel) => (pixel === 0 ? 1 : 0), 2);

interface Case {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly train: ImageSet;
  readonly odd: ImageSet;
}

const cases: readonly Case[] = [
  { model: "independent", config: {}, train: seen, odd: unseen },
  { model: "markov", config: {}, train: seen, odd: unseen },
  { model: "hmm", config: { states: 3, emission: "discrete" }, train: seen, odd: unseen },
  {
    model: "hmm",
    config: { states: 3, emission: "discrete", sequence: "pixels" },
    train: seen,
    odd: unseen,
  },
  { model: "hmm", config: { states: 3, emission: "bernoulli" }, train: dark, odd: light },
];

describe.each(cases)(
  "$model $config, without pseudo-counts",
  ({ model: id, config, train, odd }) => {
    let device: Device;
    let model: LoadedModel;
    const fitted = (smoothing: number) =>
      trainModel({
        model: id,
        images: train,
        device,
        validation: 0,
        config: { ...config, smoothing },
        training: { epochs: 20 },
      });
    beforeAll(async () => {
      device = await openDevice({ device: "cpu", host: "inline", threads: 1 });
      model = await fitted(0);
    });
    afterAll(() => device.close());

    test("rules out what was never seen, and says so; what was seen has a probability", async () => {
      const { perImage, protocol } = await score(model, odd);
      expect(Array.from(perImage)).toEqual([Number.POSITIVE_INFINITY]);
      expect(protocol.estimator).toContain("what was never seen has probability 0");
      const own = await score(model, train);
      expect(own.perImage.every(Number.isFinite)).toBe(true);
      expect(own.value).toBeLessThan(train.levels === 2 ? 16 * Math.log(2) : 16 * Math.log(LEVELS));
    });

    test("never draws it, hot as it may be", async () => {
      const drawn = await sample(model, { count: 200, draw: true, temperature: 8, seed: 1 });
      if (train.levels === 2) {
        const first = Array.from({ length: 200 }, (_, image) => drawn.pixelsUnit[16 * image]);
        expect(Math.max(...first)).toBe(0);
      } else expect(Math.max(...drawn.pixelsUnit)).toBeLessThan(1);
    });

    test("does not complete an image that has it", async () => {
      const pixel = train.levels === 2 ? 0 : 15;
      const known = Uint8Array.from({ length: 16 }, (_, at) => (at === pixel ? 1 : 0));
      for (const draw of [true, false]) {
        if (!draw && id !== "hmm") continue;
        const refused = expect(complete(model, odd, { known, draw })).rejects;
        await refused.toThrow(DataError);
        await refused.toThrow(/known pixels of an image probability 0.*smoothing > 0/);
      }
    });

    test("with pseudo-counts, every image is possible", async () => {
      const smooth = await fitted(0.5);
      const { perImage, protocol } = await score(smooth, odd);
      expect(Number.isFinite(perImage[0])).toBe(true);
      expect(protocol.estimator).not.toContain("never seen");
      await smooth.release();
    });
  },
);

test("hmm: Gaussians give every image a density, so its protocol rules nothing out", async () => {
  const device = await openDevice({ device: "cpu", host: "inline", threads: 1 });
  const model = await trainModel({
    model: "hmm",
    images: seen,
    device,
    validation: 0,
    config: { states: 2, emission: "gaussian", smoothing: 0 },
    training: { epochs: 3 },
  });
  const { perImage, protocol } = await score(model, seen);
  expect(perImage.every(Number.isFinite)).toBe(true);
  expect(protocol.estimator).not.toContain("never seen");
  await device.close();
});
