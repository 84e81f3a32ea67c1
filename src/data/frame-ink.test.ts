import { describe, expect, test } from "vitest";
import { frameInk } from "./frame-ink.js";
import { arraySet, readImages } from "./image-set.js";
import { loadDataset } from "./load-dataset.js";

const SIDE = 9;

/** A set of one image whose pixels a function says. */
const drawn = (pixel: (y: number, x: number) => number) =>
  arraySet(
    { name: "toy", source: "toy", split: "train", channels: 1, height: SIDE, width: SIDE },
    Float32Array.from({ length: SIDE * SIDE }, (_, at) => pixel(Math.floor(at / SIDE), at % SIDE)),
  );

const inked = (from: number, to: number) => (at: number) => at >= from && at < to;

async function framed(set: ReturnType<typeof drawn>) {
  return (await readImages(frameInk(set))).pixelsUnit;
}

describe("frameInk", () => {
  test("enlarges ink to the height, with its proportions, in the middle", async () => {
    const [tall, wide] = [inked(0, 3), inked(6, 7)];
    const pixels = await framed(drawn((y, x) => Number(tall(y) && wide(x))));
    // 3 × 1 pixels become 9 × 3.
    const sums = Array.from({ length: SIDE }, (_, y) =>
      pixels.subarray(y * SIDE, (y + 1) * SIDE).reduce((sum, value) => sum + value, 0),
    );
    for (const sum of sums.slice(2, 7)) expect(sum).toBeCloseTo(3, 1);
    const middle = [...pixels.subarray(4 * SIDE, 5 * SIDE)];
    expect(middle).toEqual([...middle].reverse());
    expect(middle[4]).toBe(1);
    expect(middle[1]).toBe(0);
  });

  test("enlarges wide ink to the width", async () => {
    const pixels = await framed(drawn((y, x) => Number(y === 2 && inked(1, 4)(x))));
    const middle = pixels.subarray(4 * SIDE, 5 * SIDE);
    expect(Math.min(...middle.subarray(1, 8))).toBe(1);
    expect(pixels[0]).toBe(0);
  });

  test("leaves an image without ink, and one that fills its frame", async () => {
    expect([...(await framed(drawn(() => 0)))]).toEqual(new Array(SIDE * SIDE).fill(0));
    const cross = (y: number, x: number) => Number(y === 4 || x === 4);
    const pixels = await framed(drawn(cross));
    expect([...pixels]).toEqual(
      Array.from({ length: SIDE * SIDE }, (_, at) => cross(Math.floor(at / SIDE), at % SIDE)),
    );
  });

  test("real digits that fill the height keep it, and their ink goes to the middle", async () => {
    const set = await loadDataset("digits", { split: "test" });
    const { pixelsUnit } = await readImages(frameInk(set));
    const { height, width, count } = set;
    let offCentre = 0;
    for (let image = 0; image < count; image++) {
      const rows = new Float64Array(height);
      let [left, right] = [width, -1];
      for (let at = 0; at < height * width; at++) {
        const value = pixelsUnit[image * height * width + at];
        rows[Math.floor(at / width)] += value;
        if (value <= 0.11) continue;
        left = Math.min(left, at % width);
        right = Math.max(right, at % width);
      }
      expect(Math.min(rows[0], rows[height - 1])).toBeGreaterThan(0.1);
      offCentre += Math.abs(left + right - (width - 1)) / 2 / count;
    }
    expect(offCentre).toBeLessThan(0.5);
  });
});
