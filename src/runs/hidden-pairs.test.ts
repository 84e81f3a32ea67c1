import { expect, test } from "vitest";
import type { Images } from "../core/images.js";
import { arraySet, type ImageSet, subset } from "../data/image-set.js";
import { unionOf } from "../data/union.js";
import { pairFigures } from "./hidden-pairs.js";

const shape = { channels: 1, height: 1, width: 2 };
const setOf = (name: string, split: string, images: Record<string, readonly number[]>) =>
  arraySet(
    { name, source: name, split, ...shape, ids: Object.keys(images) },
    Float32Array.from(Object.values(images).flat()),
  );

const whole = unionOf([
  setOf("a", "test", { heart: [0, 0], star: [1, 0.5], moon: [1, 1] }),
  setOf("b", "test", { moon: [0.5, 0.5], heart: [0.5, 0], sun: [0, 1] }),
]);
const training = unionOf([
  setOf("a", "train", { cloud: [0, 0.1] }),
  setOf("b", "train", { cloud: [0.25, 0.25], rain: [1, 0.75] }),
]);
const imagesOf = (...pixels: readonly number[]): Images => ({
  ...shape,
  count: pixels.length / 2,
  pixelsUnit: Float32Array.from(pixels),
});
const figuresOf = (sources: ImageSet, translated: readonly number[], to: string) =>
  pairFigures(
    {
      sources,
      translated: imagesOf(...translated),
    },
    { whole, training: async () => training },
    to,
  );

test("compares translations with the images of the same id in the other domain", async () => {
  // The star has no pair. The heart's is [0.5, 0], the moon's [0.5, 0.5].
  const figures = await figuresOf(subset(whole, [0, 1, 2]), [0.5, 0.25, 9, 9, 0, 1], "b");
  expect(figures).toMatchObject({
    count: 2,
    error: (0.125 + 0.5) / 2,
    identityError: (0.25 + 0.5) / 2,
    // The heart is nearest to [0.25, 0.25], the moon to [1, 0.75].
    neighbourError: (0.25 + 0.375) / 2,
    nearer: { share: 0.5 },
  });
});

test("knows both directions", async () => {
  const figures = await figuresOf(subset(whole, [3, 4, 5]), [1, 1, 0, 0, 0, 0], "a");
  expect(figures).toMatchObject({ count: 2, error: 0, nearer: { share: 1 } });
});

test("has no figures where nothing is of a pair, and loads no training images then", async () => {
  const sources = subset(whole, [1]);
  const translated = imagesOf(0, 0);
  const loading = { whole, training: () => Promise.reject(new Error("loaded")) };
  expect(await pairFigures({ sources, translated }, loading, "b")).toBeUndefined();
});
