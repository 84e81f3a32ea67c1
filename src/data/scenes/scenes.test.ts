import { describe, expect, test } from "vitest";
import { classLabels } from "../../core/annotations.js";
import { decodeCaption } from "../../core/text.js";
import { arraySet, type ImageSet, readImages } from "../image-set.js";
import { loadDataset } from "../load-dataset.js";
import type { NamedDataset } from "../named-dataset.js";
import { drawStrokes } from "./pen.js";
import { posed } from "./pose.js";
import { scenesDataset } from "./scenes-dataset.js";
import { traceStrokes } from "./strokes.js";

const SIDE = 28;

/** An image with ink where a function is true, by the middle of each pixel. */
const inked = (isInk: (x: number, y: number) => boolean) =>
  Float32Array.from({ length: SIDE ** 2 }, (_, i) =>
    isInk((i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5) ? 1 : 0,
  );
const bar = inked((x, y) => Math.abs(x - 14) < 2.5 && Math.abs(y - 14) < 10);
const leaning = inked((x, y) => Math.abs(x - 14 + 0.5 * (y - 14)) < 2.5 && Math.abs(y - 14) < 10);
const circle = inked((x, y) => Math.abs(Math.hypot(x - 14, y - 14) - 8) < 2);

describe("strokes", () => {
  test("of a bar are one line along its middle, of a circle a closed one", () => {
    for (const zoom of [1, 2]) {
      const line = traceStrokes(bar, SIDE, SIDE, zoom);
      for (const x of line.x) expect(Math.abs(x - 14)).toBeLessThan(0.8);
      expect(Math.min(...line.y)).toBeLessThan(8);
      expect(Math.max(...line.y)).toBeGreaterThan(20);
      const loop = traceStrokes(circle, SIDE, SIDE, zoom);
      for (let i = 0; i < loop.x.length; i++)
        expect(Math.abs(Math.hypot(loop.x[i] - 14, loop.y[i] - 14) - 8)).toBeLessThan(0.8);
      const joins = new Map<number, number>();
      for (const point of loop.segments) joins.set(point, (joins.get(point) ?? 0) + 1);
      expect([...joins.values()].every((count) => count === 2)).toBe(true);
    }
  });

  test("of a dot are a point joined with itself, of nothing nothing", () => {
    const dot = traceStrokes(
      inked((x, y) => x === 3.5 && y === 5.5),
      SIDE,
      SIDE,
      1,
    );
    expect([[...dot.x], [...dot.y], [...dot.segments]]).toEqual([[3.5], [5.5], [0, 0]]);
    expect(
      traceStrokes(
        inked(() => false),
        SIDE,
        SIDE,
        2,
      ).segments,
    ).toHaveLength(0);
  });

  test("are set upright before they are slanted, and fill the box in one direction", () => {
    const pose = { slant: 0, width: 10, height: 14, x: 16, y: 9 };
    const upright = posed(traceStrokes(leaning, SIDE, SIDE, 2), pose);
    expect(Math.max(...upright.x) - Math.min(...upright.x)).toBeLessThan(1.6);
    expect(Math.max(...upright.y) - Math.min(...upright.y)).toBeCloseTo(14, 10);
    expect((Math.max(...upright.y) + Math.min(...upright.y)) / 2).toBeCloseTo(9, 10);
    const slanted = posed(traceStrokes(bar, SIDE, SIDE, 2), { ...pose, slant: 0.6 });
    const [top, bottom] = [
      slanted.y.indexOf(Math.min(...slanted.y)),
      slanted.y.indexOf(Math.max(...slanted.y)),
    ];
    expect(slanted.x[top] - slanted.x[bottom]).toBeCloseTo(0.6 * 14, 0);
  });

  test("are as wide as the pen: ink covers length × width and the round ends", () => {
    const line = {
      x: Float64Array.of(6, 26),
      y: Float64Array.of(16, 16),
      segments: Int32Array.of(0, 1),
    };
    for (const radius of [0.7, 1.5, 3]) {
      const coverage = new Float32Array(32 * 32);
      drawStrokes(line, radius, 32, coverage);
      const area = coverage.reduce((sum, value) => sum + value, 0);
      expect(area).toBeGreaterThan(0.97 * (20 * 2 * radius + Math.PI * radius ** 2));
      expect(area).toBeLessThan(1.03 * (20 * 2 * radius + Math.PI * radius ** 2));
      expect(Math.max(...coverage)).toBeLessThanOrEqual(1);
    }
  });
});

test("digits stay legible: 88 % and more are told by their nearest neighbour when drawn from strokes", async () => {
  const side = 18;
  const drawnDigits = async (split: string) => {
    const set = await loadDataset("digits", { split });
    const { pixelsUnit } = await readImages(set);
    const pictures = Array.from({ length: set.count }, (_, i) => {
      const strokes = traceStrokes(pixelsUnit.subarray(i * 64, (i + 1) * 64), 8, 8, 5);
      const coverage = new Float32Array(side * side);
      const pose = { slant: 0, width: 14, height: 14, x: side / 2, y: side / 2 };
      drawStrokes(posed(strokes, pose), 1.3, side, coverage);
      return coverage;
    });
    return { pictures, classes: set.annotations!.class!.values };
  };
  const [train, test] = [await drawnDigits("train"), await drawnDigits("test")];
  const nearest = (picture: Float32Array) => {
    let best = { distance: Number.POSITIVE_INFINITY, at: 0 };
    for (const [at, other] of train.pictures.entries()) {
      let distance = 0;
      for (let i = 0; i < picture.length; i++) distance += (picture[i] - other[i]) ** 2;
      if (distance < best.distance) best = { distance, at };
    }
    return train.classes[best.at];
  };
  const right = test.pictures.filter((picture, i) => nearest(picture) === test.classes[i]).length;
  expect(right / test.pictures.length).toBeGreaterThan(0.88);
});

describe("scenes", () => {
  /** Ten digits that are bars for training and circles for testing. */
  const digits = (image: Float32Array, split: string): ImageSet => {
    const pixels = new Float32Array(10 * image.length);
    for (let i = 0; i < 10; i++) pixels.set(image, i * image.length);
    const annotations = classLabels(Int32Array.from({ length: 10 }, (_, i) => i));
    const shape = { channels: 1, height: SIDE, width: SIDE };
    return arraySet({ ...shape, name: "toy", source: "toy", split, annotations }, pixels);
  };
  const toy: NamedDataset = {
    name: "toy",
    title: "toy",
    channels: 1,
    height: SIDE,
    width: SIDE,
    splits: { train: 10, test: 10 },
    downloadBytes: 0,
    origin: "",
    licence: "",
    note: "",
    isAvailable: async () => true,
    fetch: async () => undefined,
    load: async (split) => digits(split === "train" ? bar : circle, split),
  };

  test("of training are made of training digits, of both test splits of test digits", async () => {
    const scenes = scenesDataset({ family: "toy-scenes", title: "", digits: toy, zoom: 1 });
    // Where circles are drawn, the middle of the figure is empty; bars go through theirs.
    const fills = async (split: string) => {
      const set = await scenes.load(split, "");
      const captions = set.annotations!.caption!;
      let filled = 0;
      let count = 0;
      for (let i = 0; i < 200; i++) {
        const tokens = captions.values.subarray(i * captions.length, (i + 1) * captions.length);
        if (!decodeCaption(tokens, captions).endsWith("centre")) continue;
        const { pixelsUnit } = await readImages(set, [i]);
        const ground = pixelsUnit[0];
        const middle = [15, 16].flatMap((y) => [15, 16].map((x) => pixelsUnit[y * 32 + x]));
        count++;
        if (middle.some((value) => Math.abs(value - ground) > 0.05)) filled++;
      }
      return filled / count;
    };
    expect(await fills("train")).toBeGreaterThan(0.9);
    expect(await fills("test")).toBeLessThan(0.1);
    expect(await fills("test-seen")).toBeLessThan(0.1);
  });

  test("need all ten digits", async () => {
    const annotations = classLabels(Int32Array.of(0, 1, 2));
    const shape = { channels: 1, height: 1, width: 1 };
    const info = { ...shape, name: "few", source: "few", split: "train", annotations };
    const few = { ...toy, load: async () => arraySet(info, new Float32Array(3)) };
    const scenes = scenesDataset({ family: "toy-scenes", title: "", digits: few, zoom: 1 });
    await expect(scenes.load("train", "")).rejects.toThrow("all ten digits");
  });

  test("have much more ink where they are thick", async () => {
    const set = await loadDataset("scenes-digits", { split: "test-seen" });
    const { names, values } = set.annotations!.attributes!;
    const ink = { thin: [] as number[], thick: [] as number[] };
    for (let i = 0; i < 300; i++) {
      const { pixelsUnit } = await readImages(set, [i]);
      const ground = [0, 1, 2].map((c) =>
        Math.min(...pixelsUnit.subarray(c * 1024, (c + 1) * 1024)),
      );
      let pixels = 0;
      for (let at = 0; at < 1024; at++) {
        const most = Math.max(...ground.map((value, c) => pixelsUnit[c * 1024 + at] - value));
        if (most > 0.3) pixels++;
      }
      const isThick = values[i * names.length + names.indexOf("thick")] === 1;
      ink[isThick ? "thick" : "thin"].push(pixels);
    }
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    expect(mean(ink.thick)).toBeGreaterThan(1.7 * mean(ink.thin));
  });
});
