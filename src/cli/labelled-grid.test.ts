import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { drawLabelledGrid, wrapped } from "./labelled-grid.js";

describe("wrapped", () => {
  test("breaks between words and cuts what does not fit", () => {
    expect(wrapped("a small red circle, top left", 12, 4)).toEqual([
      "a small red",
      "circle, top",
      "left",
    ]);
    expect(wrapped("", 12, 4)).toEqual([]);
    expect(wrapped("unbelievably", 8, 4)).toEqual(["unbelie…"]);
    expect(wrapped("one two three four", 5, 2)).toEqual(["one", "two …"]);
    for (const line of wrapped("one two three four five six", 7, 2))
      expect(line.length).toBeLessThanOrEqual(7);
  });
});

describe("drawLabelledGrid", () => {
  test("draws pixels as squares where they belong, text beneath, nothing for unknown annotations", async () => {
    const images = {
      count: 3,
      channels: 3,
      height: 1,
      width: 1,
      pixelsUnit: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    };
    const bare = await sharp(await drawLabelledGrid(images, {}, 2)).metadata();
    const annotations = {
      class: { names: ["<&>", "b"], values: Int32Array.of(0, 1, 0) },
      attributes: { names: ["soft", "hard"], values: Float32Array.of(1, 0, 0, 0.25, 1, 1) },
    };
    const png = await drawLabelledGrid(images, annotations, 2);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(bare.width);
    expect(info.height).toBeGreaterThan(bare.height);
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * 3).subarray(0, 3),
    ];
    expect(at(100, 100)).toEqual([255, 0, 0]);
    expect(at(300, 100)).toEqual([0, 255, 0]);
    expect(at(100, info.height - 100)).toEqual([0, 0, 255]);
    expect(at(5, 5)).toEqual([255, 255, 255]);
    const row = data.subarray(205 * info.width * 3, 206 * info.width * 3);
    expect(Math.min(...row), "text under the first row").toBeLessThan(120);
  });
});
