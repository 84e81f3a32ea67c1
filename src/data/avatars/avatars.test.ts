import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import { findDataset } from "../datasets.js";
import { type ImageSet, readImages, subset } from "../image-set.js";
import { loadDataset } from "../load-dataset.js";
import { resizeSet } from "../resize.js";
import { counterfactualAvatar } from "./counterfactual.js";
import { DRAWN_BY } from "./draw-face.js";
import { drawnFaces, faceAttributes, parts, withAttribute } from "./face.js";

const NAME = "avatars:count=40";
const PIXELS = 3 * 64 * 64;
let cacheDir: string;
let set: ImageSet;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "figment-avatars-"));
  set = await loadDataset(NAME, { cacheDir });
}, 60_000);
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

const attributesOf = (index: number) => {
  const { names, values } = set.annotations!.attributes!;
  return names.filter((_, at) => values[index * names.length + at] === 1);
};

/** Pixels that differ visibly. */
const changed = (a: Float32Array, b: Float32Array) => {
  let count = 0;
  for (let i = 0; i < PIXELS / 3; i++) {
    const differences = [0, 1, 2].map((c) => Math.abs(a[c * 4096 + i] - b[c * 4096 + i]));
    if (Math.max(...differences) > 0.12) count++;
  }
  return count;
};

describe("avatars", () => {
  test("are drawn once, whole or not at all, and read from the cache", async () => {
    const [folder] = await readdir(join(cacheDir, "datasets", "avatars"));
    const file = join(cacheDir, "datasets", "avatars", folder, "train.bytes");
    const { mtimeMs, size } = await stat(file);
    expect(size).toBe(40 * PIXELS + 32);
    const again = await loadDataset(NAME, { cacheDir });
    expect((await readImages(again)).pixelsUnit).toEqual((await readImages(set)).pixelsUnit);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    expect(await readdir(join(cacheDir, "datasets", "avatars"))).toHaveLength(1);
  });

  test("read any image at any place of a batch", async () => {
    const { pixelsUnit } = await readImages(set, [7, 39, 0]);
    const back = await readImages(set, [0, 7]);
    expect(back.pixelsUnit.slice(0, PIXELS)).toEqual(pixelsUnit.slice(2 * PIXELS));
    expect(back.pixelsUnit.slice(PIXELS)).toEqual(pixelsUnit.slice(0, PIXELS));
    expect(Math.min(...pixelsUnit)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...pixelsUnit)).toBe(1);
    await expect(readImages(set, [40])).rejects.toThrow("no image 40");
  });

  test("have one colour of hair and one of skin", () => {
    for (let i = 0; i < set.count; i++) {
      const attributes = attributesOf(i);
      const hair = attributes.filter((name) => name.endsWith(" hair") && name !== "long hair");
      expect(hair).toHaveLength(1);
      expect(attributes.filter((name) => name.endsWith(" skin"))).toHaveLength(1);
    }
  });

  test("share no pair of hair and eyes between training and testing", () => {
    const pairs = (split: string) => {
      const face = drawnFaces(0, split);
      return new Set(
        Array.from({ length: 4000 }, (_, index) => face(index).variants).flatMap((variants) => [
          `short ${variants.shortHair} ${variants.eyes}`,
          `long ${variants.longHair} ${variants.eyes}`,
        ]),
      );
    };
    const [train, test] = [pairs("train"), pairs("test")];
    for (const pair of test) expect(train).not.toContain(pair);
    const all = (parts.shortHair.length + parts.longHair.length) * parts.eyes.length;
    expect(train.size + test.size).toBe(all);
  });

  test("damaged in the cache are refused with the command that draws them again", async () => {
    const other = "avatars:count=3:size=16";
    await loadDataset(other, { cacheDir });
    const folders = await readdir(join(cacheDir, "datasets", "avatars"));
    const folder = folders.find((name) => name.startsWith("16px"))!;
    const file = join(cacheDir, "datasets", "avatars", folder, "train.bytes");
    const bytes = await readFile(file);
    bytes[100] ^= 1;
    await writeFile(file, bytes);
    const loading = loadDataset(other, { cacheDir });
    await expect(loading).rejects.toThrow(DataError);
    await expect(loading).rejects.toThrow("figment data get avatars:count=3:size=16");
    await writeFile(file, bytes.subarray(0, 500));
    expect(await findDataset(other)!.isAvailable(cacheDir)).toBe(false);
    expect((await loadDataset(other, { cacheDir })).count).toBe(3);
  });

  test("that are given up leave nothing behind", async () => {
    const signal = AbortSignal.timeout(1);
    const drawing = loadDataset("avatars:count=2000:size=16", { cacheDir, signal });
    await expect(drawing).rejects.toThrow();
    const folders = await readdir(join(cacheDir, "datasets", "avatars"));
    expect(folders.filter((name) => /2000|tmp/.test(name))).toEqual([]);
  });

  test("are drawn by the packages that package.json pins", async () => {
    const manifest = JSON.parse(
      await readFile(new URL("../../../package.json", import.meta.url), "utf8"),
    );
    expect(manifest.dependencies).toMatchObject(DRAWN_BY);
  });
});

describe("counterfactual avatars", () => {
  test("are the image itself where nothing changes, bit for bit", async () => {
    const { pixelsUnit } = await readImages(set);
    for (const index of [0, 11])
      for (const attribute of faceAttributes) {
        const present = attributesOf(index).includes(attribute);
        if (!present && / (hair|skin)$/.test(attribute) && attribute !== "long hair") continue;
        const same = await counterfactualAvatar(set, index, { attribute, present });
        expect(same).toEqual(pixelsUnit.slice(index * PIXELS, (index + 1) * PIXELS));
      }
  });

  test("change what can be seen: 8 pixels at least, in 20 faces and each attribute", async () => {
    const { pixelsUnit } = await readImages(set);
    for (let index = 0; index < 20; index++) {
      const image = pixelsUnit.subarray(index * PIXELS, (index + 1) * PIXELS);
      for (const attribute of faceAttributes) {
        const has = attributesOf(index).includes(attribute);
        const isColour = / (hair|skin)$/.test(attribute) && attribute !== "long hair";
        if (has && isColour) continue;
        const other = await counterfactualAvatar(set, index, { attribute, present: !has });
        expect(changed(image, other), `${attribute}, face ${index}`).toBeGreaterThanOrEqual(8);
      }
    }
  }, 60_000);

  test("change nothing but the attribute, and back again gives the same face", () => {
    const face = drawnFaces(0, "train")(3);
    const grey = withAttribute(face, "grey hair");
    expect(grey.variants).toEqual(face.variants);
    const withoutHair = (names: Iterable<string>) =>
      [...names].filter((name) => !name.endsWith(" hair") || name === "long hair").sort();
    expect(withoutHair(grey.attributes)).toEqual(withoutHair(face.attributes));
    expect(grey.attributes).toContain("grey hair");
    const flipped = withAttribute(face, "beard", !face.attributes.has("beard"));
    const back = withAttribute(flipped, "beard", face.attributes.has("beard"));
    expect([...back.attributes].sort()).toEqual([...face.attributes].sort());
  });

  test("are found in a part of the set, too", async () => {
    const change = { attribute: "glasses", present: true };
    const part = subset(set, [5, 9], "validation");
    expect(await counterfactualAvatar(part, 1, change)).toEqual(
      await counterfactualAvatar(set, 9, change),
    );
  });

  test("refuse other sets, sizes, attributes and images", async () => {
    const change = { attribute: "glasses", present: true };
    const ring = await loadDataset("ring");
    await expect(counterfactualAvatar(ring, 0, change)).rejects.toThrow(ConfigError);
    const small = resizeSet(set, { height: 32, width: 32, fit: "cover" });
    await expect(counterfactualAvatar(small, 0, change)).rejects.toThrow("avatars:size=32");
    await expect(counterfactualAvatar(set, 40, change)).rejects.toThrow("no image 40");
    const typo = { attribute: "glases", present: true };
    await expect(counterfactualAvatar(set, 0, typo)).rejects.toThrow('did you mean "glasses"?');
    const bald = { attribute: "grey hair", present: false };
    await expect(counterfactualAvatar(set, 0, bald)).rejects.toThrow("only replaced");
  });
});
