import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/counting/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openLesson } from "../lesson-in-node.js";
import { atTheEnd, type Claims, mean, neverLearns } from "./claims.js";

const SIDE = 8;
const ALL = Array.from({ length: 1437 }, (_, at) => at);

const natsOf = (preset: keyof typeof plan.presets) =>
  atTheEnd(plan, preset, async ({ live }) => ({
    counted: lastOf(live, "train.nllNats"),
    held: lastOf(live, "validation.nllNats"),
  }));

export const claims: Claims = {
  /** The right share of white in each pixel, and no pixel knows its neighbour. */
  independent: () =>
    atTheEnd(plan, "independent", async (lesson) => {
      neverLearns(plan, lesson);
      const { pixelsUnit: drawn } = await lesson.ask("sample", { count: 1000, seed: 1 });
      const { pixelsUnit: real } = await lesson.ask("given", { images: { indices: ALL } });
      const [shares, wanted] = [drawn, real].map(sharesOfWhite);
      const off = shares.map((share, pixel) => Math.abs(share - wanted[pixel]));
      expect(mean(off)).toBeLessThan(0.03);
      expect(Math.abs(neighbours(drawn))).toBeLessThan(0.03);
      expect(neighbours(real)).toBeGreaterThan(0.1);
    }),
  /** The figures part: counted images look probable, those held out worse than with order 8. */
  async long() {
    const [usual, long] = [await natsOf("chain"), await natsOf("long")];
    expect(long.counted).toBeLessThan(usual.counted);
    expect(long.held).toBeGreaterThan(usual.held);
    expect(long.held - long.counted).toBeGreaterThan(3 * (usual.held - usual.counted));
  },
  async zero() {
    expect((await natsOf("zero")).held).toBe(Number.POSITIVE_INFINITY);
  },
  /** It draws only images that it has counted, and every other one is impossible. */
  table: () =>
    atTheEnd(plan, "table", async ({ live, ask }) => {
      expect(lastOf(live, "validation.nllNats")).toBe(Number.POSITIVE_INFINITY);
      const known = await ask("given", { images: { indices: ALL } });
      const drawn = await ask("sample", { count: 500, seed: 1 });
      const counted = new Set(imagesOf(known.pixelsUnit, 16));
      expect(counted.size).toBeGreaterThan(100);
      for (const image of imagesOf(drawn.pixelsUnit, 16)) expect(counted).toContain(image);
    }),
  async huge() {
    await expect(openLesson(plan, plan.presets.huge.settings)).rejects.toThrow(/2\^64|2⁶⁴|table/);
  },
};

const sharesOfWhite = (pixels: Float32Array): number[] =>
  Array.from({ length: SIDE ** 2 }, (_, pixel) =>
    mean(pixels.filter((__, at) => at % SIDE ** 2 === pixel)),
  );

/** Covariance of a pixel and its right neighbour, given where they are, over all such pairs. */
function neighbours(pixels: Float32Array): number {
  const shares = sharesOfWhite(pixels);
  const products: number[] = [];
  pixels.forEach((value, at) => {
    const pixel = at % SIDE ** 2;
    if (pixel % SIDE === SIDE - 1) return;
    products.push((value - shares[pixel]) * (pixels[at + 1] - shares[pixel + 1]));
  });
  return mean(products) / mean(shares.map((share) => share * (1 - share)));
}

const imagesOf = (pixels: Float32Array, size: number): string[] =>
  Array.from({ length: pixels.length / size }, (_, image) =>
    pixels.subarray(image * size, (image + 1) * size).join(""),
  );
