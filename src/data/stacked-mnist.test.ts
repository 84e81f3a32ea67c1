import { describe, expect, test } from "vitest";
import { classLabels } from "../core/annotations.js";
import { DataError } from "../core/errors.js";
import { arraySet, type ImageSet, readImages } from "./image-set.js";
import { stackedMnist, stackedSet } from "./stacked-mnist.js";

/** Image i of the digit i mod 10 is one pixel of grey level i. */
const grey = (count: number, digits = 10, split = "train"): ImageSet =>
  arraySet(
    {
      name: "grey",
      source: "grey",
      split,
      channels: 1,
      height: 1,
      width: 1,
      levels: 256,
      annotations: classLabels(Int32Array.from({ length: count }, (_, i) => i % digits)),
    },
    Uint8Array.from({ length: count }, (_, i) => i),
  );

describe("stackedSet", () => {
  const draw = { name: "stacked", seed: 0, count: 30_000 };

  test("has the number that its three channels spell as its class", async () => {
    const set = stackedSet(grey(200), draw);
    const { names, values } = set.annotations!.class!;
    expect([names.length, names[0], names[7], names[999]]).toEqual([1000, "000", "007", "999"]);
    const { pixelsUnit } = await readImages(set);
    for (let i = 0; i < set.count; i++) {
      const digits = Array.from(pixelsUnit.subarray(3 * i, 3 * i + 3), (value) =>
        String(Math.round(value * 255) % 10),
      );
      expect(names[values[i]]).toBe(digits.join(""));
    }
  });

  test("has all 1,000 modes, each as likely (chi-square)", () => {
    const { values } = stackedSet(grey(200), draw).annotations!.class!;
    const counts = new Float64Array(1000);
    for (const value of values) counts[value]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 30) ** 2 / 30, 0);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(Math.abs(chiSquare - 999)).toBeLessThan(4 * Math.sqrt(2 * 999));
  });

  test("draws an image alike in any batch and a set of any length", async () => {
    const set = stackedSet(grey(200), draw);
    const { pixelsUnit } = await readImages(set, [9, 29_999, 3]);
    expect((await readImages(set, [3, 9])).pixelsUnit).toEqual(
      Float32Array.of(...pixelsUnit.subarray(6), ...pixelsUnit.subarray(0, 3)),
    );
    const short = stackedSet(grey(200), { ...draw, count: 10 });
    expect((await readImages(short, [9])).pixelsUnit).toEqual(pixelsUnit.slice(0, 3));
    const test = stackedSet(grey(200, 10, "test"), draw);
    expect((await readImages(test, [9])).pixelsUnit).not.toEqual(pixelsUnit.slice(0, 3));
    expect(() => set.read([30_000], new Float32Array(3))).toThrow(DataError);
  });

  test("refuses images that are not of ten digits", () => {
    expect(() => stackedSet(grey(200, 3), draw)).toThrow("ten digits");
  });
});

test("stacked-mnist has the counts of PacGAN's protocol", () => {
  expect(stackedMnist).toMatchObject({ channels: 3, height: 28, width: 28 });
  expect(stackedMnist.splits).toEqual({ train: 128_000, test: 26_000 });
});
