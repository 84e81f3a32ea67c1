import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { decodeImage, imageFileShape } from "./image-file.js";
import { readImages } from "./image-set.js";
import { loadDataset } from "./load-dataset.js";
import { loadImages } from "./load-images.js";
import { encodeNpy, writeNpy } from "./npy.js";
import { saveGrid, saveImage } from "./picture.js";

const root = mkdtempSync(join(tmpdir(), "figment-files-"));
afterAll(() => rmSync(root, { recursive: true }));

async function picture(
  path: string,
  width: number,
  height: number,
  background: { r: number; g: number; b: number },
) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const canvas = sharp({ create: { width, height, channels: 3, background } });
  await canvas.toFile(file);
  return file;
}

const red = { r: 255, g: 0, b: 0 };
const blue = { r: 0, g: 0, b: 255 };
const grey = { r: 51, g: 51, b: 51 };

describe("a folder of images", () => {
  test("takes labels from sub-folders and files in the order of their paths", async () => {
    await picture("pets/dog/2.png", 5, 4, blue);
    await picture("pets/cat/1.png", 5, 4, red);
    await picture("pets/cat/.hidden.png", 1, 1, red);
    writeFileSync(join(root, "pets/notes.txt"), "not an image");
    const set = await loadDataset(join(root, "pets"), { split: "all" });
    expect(set).toMatchObject({ name: "pets", count: 2, channels: 3, height: 4, width: 5 });
    expect(set.annotations?.class?.names).toEqual(["cat", "dog"]);
    expect([...set.annotations!.class!.values]).toEqual([0, 1]);
    const { pixelsUnit } = await readImages(set);
    expect([0, 20, 40, 60, 80, 100].map((at) => pixelsUnit[at])).toEqual([1, 0, 0, 0, 0, 1]);
  });

  test("reads PNG, JPEG and WebP, brings them to a size, and turns colour to grey", async () => {
    await picture("mixed/a.png", 8, 8, grey);
    await picture("mixed/b.JPG", 20, 10, grey);
    await picture("mixed/c.webp", 7, 9, grey);
    await expect(loadDataset(join(root, "mixed"))).rejects.toThrow(/--size/);
    const set = await loadDataset(join(root, "mixed"), { split: "all", size: 4, channels: 1 });
    expect(set).toMatchObject({ count: 3, channels: 1, height: 4, width: 4 });
    for (const channels of [2, 4]) {
      const refused = loadDataset(join(root, "mixed"), { split: "all", size: 4, channels });
      await expect(refused).rejects.toThrow(ConfigError);
    }
    for (const value of (await readImages(set)).pixelsUnit) expect(value).toBeCloseTo(0.2, 2);
  });

  test("gives the same pixels from disk as from memory when the budget is too small", async () => {
    const folder = join(root, "pets");
    const kept = await readImages(await loadDataset(folder, { split: "all" }), [1, 0]);
    const streamed = await loadDataset(folder, { split: "all", memoryBudget: 10 });
    expect(await readImages(streamed, [1, 0])).toEqual(kept);
  });

  test("uses train and test folders where there are any", async () => {
    await picture("divided/train/x/a.png", 2, 2, red);
    await picture("divided/test/x/b.png", 2, 2, blue);
    const test = await loadDataset(join(root, "divided"), { split: "test" });
    expect(test).toMatchObject({ name: "divided", source: join(root, "divided"), split: "test" });
    expect(test.ids).toEqual([join(root, "divided/test/x/b.png")]);
    await expect(loadDataset(join(root, "divided"), { split: "all" })).rejects.toThrow(ConfigError);
  });

  test("says which file is damaged, and when there is none", async () => {
    const file = await picture("bad/a.png", 30, 30, red);
    writeFileSync(file, readFileSync(file).subarray(0, 60));
    const failure = await loadDataset(join(root, "bad"), { split: "all" }).catch((e) => e);
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.file).toBe(file);
    mkdirSync(join(root, "empty"));
    await expect(loadDataset(join(root, "empty"))).rejects.toThrow(
      /no PNG, JPEG, WebP, GIF or TIFF/,
    );
    await expect(loadDataset(join(root, "nowhere"))).rejects.toThrow(/no such file or folder/);
  });

  test("fails with nothing but a DataError however an image is corrupted", async () => {
    const good = readFileSync(await picture("fuzz/a.png", 6, 6, red));
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 5 }),
        fc.nat(good.length),
        async (all, length) => {
          const bytes = Uint8Array.from(good.subarray(0, length));
          for (const [at, value] of all) bytes[at] = value;
          const file = join(root, "fuzz", "b.png");
          writeFileSync(file, bytes);
          await decodeImage(file, 3).catch((error) => expect(error).toBeInstanceOf(DataError));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("decodeImage", () => {
  test("lays transparency on white, reduces 16 bits to 8, and repeats grey for colour", async () => {
    const clear = join(root, "clear.png");
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    await sharp({ create: { width: 2, height: 1, channels: 4, background } }).toFile(clear);
    expect([...(await decodeImage(clear, 1)).pixels]).toEqual([255, 255]);
    const deep = join(root, "deep.png");
    const raw = { width: 2, height: 1, channels: 1 as const };
    await sharp(Uint16Array.of(0, 65535), { raw }).toColourspace("grey16").toFile(deep);
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expect([...(await decodeImage(deep, 3)).pixels]).toEqual([0, 255, 0, 255, 0, 255]);
    const both = join(root, "both.png");
    const levels = Uint16Array.of(0, 0, 0, 65535, 100 * 257, 65535, 65535, 65535);
    await sharp(levels, { raw: { width: 4, height: 1, channels: 2 } })
      .toColourspace("grey16")
      .toFile(both);
    expect(await sharp(both).metadata()).toMatchObject({ depth: "ushort", space: "grey16" });
    expect([...(await decodeImage(both, 1)).pixels]).toEqual([255, 0, 100, 255]);
    expect(await imageFileShape(both)).toMatchObject({ channels: 1 });
  });
});

describe("array files", () => {
  test("find their test part and their labels beside them", async () => {
    const images = new Uint8Array(3 * 4).map((_, i) => i * 20);
    const idx = (...bytes: number[]) => Uint8Array.from([0, 0, 8, ...bytes]);
    const dims = [3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2];
    mkdirSync(join(root, "idx"));
    for (const part of ["train", "t10k"]) {
      writeFileSync(join(root, "idx", `${part}-images-idx3-ubyte`), idx(...dims, ...images));
      writeFileSync(join(root, "idx", `${part}-labels-idx1-ubyte`), idx(1, 0, 0, 0, 3, 7, 8, 9));
    }
    for (const path of ["idx", "idx/train-images-idx3-ubyte"]) {
      const set = await loadDataset(join(root, path), { split: "test" });
      expect([...set.annotations!.class!.values]).toEqual([7, 8, 9]);
      expect(set.source).toBe(join(root, path));
    }
    writeFileSync(join(root, "b_train.amat"), "0 1 1 0\n0 0 0 0\n");
    writeFileSync(join(root, "b_test.amat"), "1 1 1 1\n");
    const amat = await loadDataset(join(root, "b_train.amat"), { split: "test" });
    expect(amat).toMatchObject({ count: 1, levels: 2, height: 2 });
  });

  test("are divided when they have no test part, resized on demand, and never of unknown kind", async () => {
    const file = join(root, "x.npy");
    await writeNpy(file, new Float32Array(20 * 4).fill(0.5), [20, 2, 2]);
    expect((await loadDataset(file, { split: "test" })).count).toBe(2);
    const large = await loadDataset(file, { split: "train", size: { height: 3, width: 5 } });
    expect(large).toMatchObject({ count: 18, height: 3, width: 5 });
    expect((await readImages(large, [4])).pixelsUnit).toEqual(new Float32Array(15).fill(0.5));
    writeFileSync(join(root, "x.bin"), "?");
    await expect(loadDataset(join(root, "x.bin"))).rejects.toThrow(/kind of file/);
    expect(await loadDataset(file, { channels: 3 })).toMatchObject({ channels: 3, count: 18 });
    for (const size of [0, 8193, { height: 1_000_000, width: 1_000_000 }]) {
      await expect(loadDataset(file, { size })).rejects.toThrow(ConfigError);
    }
  });
});

describe("loadDataset", () => {
  test("has the digits, and knows what was meant", async () => {
    const [train, test] = await Promise.all([
      loadDataset("digits"),
      loadDataset("digits", { split: "test" }),
    ]);
    expect([train.count, test.count, train.levels]).toEqual([1437, 360, 17]);
    // The first row of scikit-learn's digits.csv: 0,0,5,13,9,1,0,0 …, class 0.
    const first = (await readImages(train, [0])).pixelsUnit.slice(0, 8);
    expect(first).toEqual(Float32Array.from([0, 0, 5, 13, 9, 1, 0, 0], (v) => v / 16));
    expect([...train.annotations!.class!.values.slice(0, 4)]).toEqual([0, 1, 2, 3]);
    await expect(loadDataset("digit")).rejects.toThrow(/did you mean "digits"/);
    await expect(loadDataset("digits", { split: "valid" })).rejects.toThrow(/train and test/);
    await expect(loadDataset("digits", { channels: 2 })).rejects.toThrow(ConfigError);
  });
});

describe("loadImages", () => {
  const shape = { channels: 1, height: 2, width: 2 };
  test("joins files of all kinds in the order given", async () => {
    const png = await picture("loose/a.png", 2, 2, grey);
    const npy = join(root, "loose/b.npy");
    writeFileSync(
      npy,
      encodeNpy(
        Float32Array.from([0, 0, 0, 0, 1, 1, 1, 1], (v) => v * 0.5),
        [2, 2, 2],
      ),
    );
    const set = await loadImages([npy, png], shape);
    expect(set.ids).toEqual([`${npy}[0]`, `${npy}[1]`, png]);
    const { pixelsUnit } = await readImages(set, [2, 0, 1]);
    expect([0, 4, 8].map((at) => pixelsUnit[at])).toEqual([Math.fround(0.2), 0, 0.5]);
  });
  test("refuses another size unless told to resize, and says how", async () => {
    const png = await picture("loose/large.png", 6, 4, grey);
    await expect(loadImages([png], shape)).rejects.toThrow(/1×4×6.*1×2×2.*--resize/);
    expect(await loadImages([png], shape, { resize: true })).toMatchObject({ height: 2, width: 2 });
    await expect(loadImages([], shape)).rejects.toThrow(ConfigError);
  });
});

describe("pictures", () => {
  test("hold the pixels, enlarged as they are", async () => {
    const file = join(root, "deep/er/one.png");
    await saveImage(file, Float32Array.of(0, 0.2, 1, 2), { channels: 1, height: 2, width: 2 });
    expect([...(await decodeImage(file, 1)).pixels]).toEqual([0, 51, 255, 255]);
    const grid = join(root, "grid.png");
    const images = {
      count: 3,
      channels: 3,
      height: 1,
      width: 1,
      pixelsUnit: new Float32Array(9).fill(1),
    };
    await saveGrid(grid, images, { columns: 2, padding: 1, scale: 2 });
    const { pixels, width, height } = await decodeImage(grid, 1);
    expect([width, height]).toEqual([7, 7]);
    expect(pixels.filter((v) => v === 255)).toHaveLength(12);
  });
  test("are not written with pixels that are not numbers, nor where one cannot write", async () => {
    const shape = { channels: 1, height: 1, width: 2 };
    const file = join(root, "nan.png");
    await expect(saveImage(file, Float32Array.of(0, Number.NaN), shape)).rejects.toThrow(/pixel 1/);
    await expect(saveImage(file, new Float32Array(3), shape)).rejects.toThrow(DataError);
    const blocked = join(root, "x.npy", "a.png");
    await expect(saveImage(blocked, new Float32Array(2), shape)).rejects.toThrow(DataError);
  });
});
