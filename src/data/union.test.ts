import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Annotations } from "../core/annotations.js";
import { ConfigError, MissingPixelsError } from "../core/errors.js";
import { captionAnnotation, decodeCaption } from "../core/text.js";
import { convertChannels } from "./channels.js";
import { arraySet, type ImageSet, readImages, type SetInfo, subset } from "./image-set.js";
import { loadDataset } from "./load-dataset.js";
import { loadImages } from "./load-images.js";
import { writeNpy } from "./npy.js";
import { saveImage } from "./picture.js";
import { validationSplit } from "./split.js";
import { unionOf } from "./union.js";

const root = mkdtempSync(join(tmpdir(), "figment-union-"));
afterAll(() => rmSync(root, { recursive: true }));

const shape = { split: "train", channels: 1, height: 1, width: 2 };
const setOf = (name: string, pixels: Uint8Array | Float32Array, more: Partial<SetInfo> = {}) =>
  arraySet({ name, source: name, ...shape, ...more }, pixels);
const pixelsOf = async (set: ImageSet, indices?: number[]) => [
  ...(await readImages(set, indices)).pixelsUnit,
];

describe("unionOf", () => {
  const a = setOf("a", Uint8Array.of(0, 255, 51, 51), {
    annotations: { class: { names: ["x"], values: new Int32Array(2) } },
    ids: ["one", "two"],
  });
  const b = setOf("b", Uint8Array.of(102, 0), { weights: Float32Array.of(2), ids: ["three"] });

  test("has the domain for its class, and its members' images in their order", async () => {
    const union = unionOf([a, b]);
    expect(union).toMatchObject({
      name: "a,b",
      source: "a,b",
      split: "train",
      count: 3,
      levels: 256,
    });
    expect(union.annotations).toEqual({
      class: { names: ["a", "b"], values: Int32Array.of(0, 0, 1) },
    });
    expect(union.weights).toEqual(Float32Array.of(1, 1, 2));
    expect(union.ids).toEqual(["one", "two", "three"]);
    expect(union).not.toHaveProperty("groups");
    expect(await pixelsOf(union)).toEqual([0, 1, 0.2, 0.2, 0.4, 0].map(Math.fround));
    expect(await pixelsOf(union, [2, 0, 2])).toEqual([0.4, 0, 0, 1, 0.4, 0].map(Math.fround));
    await expect(union.read([3], new Float32Array(2))).rejects.toThrow(/no image 3/);
  });

  test("brings different levels to bytes, and leaves floats as they are", async () => {
    const coarse = setOf("c", Uint8Array.of(1, 16), { levels: 17 });
    const union = unionOf([a, coarse]);
    expect(union.levels).toBe(256);
    expect(await pixelsOf(union, [2])).toEqual([Math.fround(16 / 255), 1]);
    expect(unionOf([coarse, { ...coarse, source: "d" }]).levels).toBe(17);
    const floats = setOf("f", Float32Array.of(0.123, Number.NaN));
    expect(unionOf([a, floats])).not.toHaveProperty("levels");
    expect(unionOf([a, floats]).missing).toEqual(Uint32Array.of(0, 0, 1));
    expect((await pixelsOf(unionOf([a, floats]), [2]))[0]).toBe(Math.fround(0.123));
  });

  test("keeps the words of captions and attributes of one list by name", () => {
    const annotated = (name: string, annotations: Annotations) =>
      setOf(name, new Uint8Array(4), { annotations });
    const first = annotated("p", {
      caption: captionAnnotation(["red dog", "red"]),
      attributes: { names: ["hat"], values: Float32Array.of(0, 1) },
    });
    const second = annotated("q", {
      caption: captionAnnotation(["a dog runs", "a red dog"]),
      attributes: { names: ["hat"], values: Float32Array.of(1, 0.5) },
    });
    const { caption, attributes } = unionOf([first, second]).annotations ?? {};
    if (caption === undefined) throw new Error("the union has no captions");
    expect(caption.length).toBe(3);
    expect(new Set(caption.vocabulary).size).toBe(caption.vocabulary.length);
    const texts = [0, 3, 6, 9].map((at) =>
      decodeCaption(caption.values.slice(at, at + 3), caption),
    );
    expect(texts).toEqual(["red dog", "red", "a dog runs", "a red dog"]);
    expect(attributes).toEqual({ names: ["hat"], values: Float32Array.of(0, 1, 1, 0.5) });
    const other = annotated("r", { attributes: { names: ["tie"], values: Float32Array.of(1, 1) } });
    expect(unionOf([first, other]).annotations).not.toHaveProperty("attributes");
    expect(unionOf([first, other]).annotations).not.toHaveProperty("caption");
  });

  test("never parts images of one id, nor the groups that they are in", () => {
    const ids = Array.from({ length: 40 }, (_, index) => `id ${index}`);
    const groups = Uint32Array.from({ length: 40 }, (_, index) => Math.floor(index / 2));
    const left = setOf("l", new Uint8Array(80), { ids, groups });
    const right = setOf("r", new Uint8Array(80), { ids: [...ids].reverse() });
    const union = unionOf([left, right]);
    const { train, validation } = validationSplit(union, 0.3, 1);
    const held = new Set(validation.ids);
    expect(held.size).toBeGreaterThan(0);
    expect(train.ids?.some((id) => held.has(id))).toBe(false);
    // 2k and 2k + 1 are of one group in one member, which joins their images in the other, too.
    for (const id of held) {
      const number = Number(id.slice(3));
      expect(held.has(`id ${number ^ 1}`)).toBe(true);
    }
  });

  test("refuses one set, a set twice, and different shapes with the way out", () => {
    expect(() => unionOf([a])).toThrow(ConfigError);
    expect(() => unionOf([a, b, a])).toThrow(/a is in the union twice/);
    const large = setOf("large", new Uint8Array(8), { height: 2, width: 4 });
    expect(() => unionOf([a, large])).toThrow(/--size 2x4/);
    const colour = setOf("colour", new Uint8Array(6), { channels: 3 });
    expect(() => unionOf([a, colour])).toThrow(/one number of channels \(--channels 1 or 3\)$/);
  });

  test("names domains by their sources where names are equal", () => {
    const twin = { ...b, name: "a" };
    expect(unionOf([a, twin]).annotations?.class?.names).toEqual(["a", "b"]);
  });
});

describe("loadDataset of a union", () => {
  const other = join(root, "with, comma");
  beforeAll(async () => {
    for (const split of ["train", "test"]) {
      mkdirSync(join(other, split), { recursive: true });
      await saveImage(join(other, split, "a.png"), new Float32Array(3 * 20).fill(1), {
        channels: 3,
        height: 4,
        width: 5,
      });
    }
  });

  test("brings every member to one size and number of channels, and keeps its division", async () => {
    const options = { size: { height: 6, width: 6 }, channels: 3 };
    const train = await loadDataset(`digits, ${other}`, options);
    expect(train).toMatchObject({ count: 1438, channels: 3, height: 6, width: 6, levels: 256 });
    expect(train.annotations?.class?.names).toEqual(["digits", "with, comma"]);
    const test = await loadDataset(`digits,${other}`, { ...options, split: "test" });
    expect(test.count).toBe(361);
    // What a run remembers loads the same images again.
    const again = await loadDataset(train.source, options);
    expect(again.count).toBe(1438);
    expect(await pixelsOf(again, [3, 1437])).toEqual(await pixelsOf(train, [3, 1437]));
    expect((await pixelsOf(train, [1437])).every((value) => value === 1)).toBe(true);
  });

  test("refuses different shapes, an unknown member and an empty place", async () => {
    await expect(loadDataset(`digits,${other}`)).rejects.toThrow(/--size 8x8.*--channels/);
    await expect(loadDataset("digits,mnits")).rejects.toThrow(/did you mean "mnist"/);
    await expect(loadDataset("digits,,mnist")).rejects.toThrow(/no data set at position 2/);
  });
});

describe("convertChannels", () => {
  test("repeats grey, and turns colour to the grey of its luma", async () => {
    const grey = setOf("g", Uint8Array.of(0, 255, 51, 102));
    const colour = convertChannels(grey, 3);
    expect(await pixelsOf(colour)).toEqual(
      [0, 1, 0, 1, 0, 1, 0.2, 0.4, 0.2, 0.4, 0.2, 0.4].map(Math.fround),
    );
    expect(await pixelsOf(convertChannels(colour, 1), [1, 0])).toEqual(
      await pixelsOf(grey, [1, 0]),
    );
    // Pillow makes 76, 150 and 29 of pure red, green and blue.
    const pure = setOf("p", Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 255), {
      channels: 3,
    });
    const found = await pixelsOf(convertChannels(pure, 1));
    expect(found.map((value) => Math.round(value * 255))).toEqual([76, 150, 29, 29]);
    const floats = setOf("f", Float32Array.of(1, 0, 0, 1, 0, 0), { channels: 3 });
    expect(await pixelsOf(convertChannels(floats, 1))).toEqual([0.299, 0.587].map(Math.fround));
  });
  test("counts missing values in every channel, and refuses colour that lacks some", () => {
    const missing = setOf("m", Float32Array.of(Number.NaN, 0));
    expect(convertChannels(missing, 3).missing).toEqual(Uint32Array.of(3));
    expect(() => convertChannels(convertChannels(missing, 3), 1)).toThrow(MissingPixelsError);
    expect(convertChannels(missing, 1)).toBe(missing);
    const two = setOf("two", new Uint8Array(4), { channels: 2 });
    expect(() => convertChannels(two, 3)).toThrow(ConfigError);
  });
});

describe("loadImages", () => {
  test("keeps the classes of folders, by name", async () => {
    const square = { channels: 1, height: 2, width: 2 };
    for (const file of ["f/cat/1.png", "f/dog/2.png", "g/dog/3.png", "g/ant/4.png"]) {
      await saveImage(join(root, file), new Float32Array(4), square);
    }
    const set = await loadImages([join(root, "f"), join(root, "g")], square);
    const { names, values } = set.annotations?.class ?? { names: [], values: [] };
    expect(Array.from(values, (value) => names[value])).toEqual(["cat", "dog", "ant", "dog"]);
    const array = join(root, "x.npy");
    await writeNpy(array, new Float32Array(4), [1, 2, 2]);
    const mixed = await loadImages([join(root, "f"), array], square);
    expect(mixed).not.toHaveProperty("annotations");
    expect(subset(mixed, [2]).ids).toEqual([`${array}[0]`]);
  });
});
