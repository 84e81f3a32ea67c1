import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import { decodeCaption } from "../../core/text.js";
import { findNamed } from "../dataset-variants.js";
import { readImages } from "../image-set.js";
import { emojiCode } from "./code.js";
import { emojiSet } from "./emoji-set.js";
import { emojiDatasets } from "./styles.js";
import { emojiFaces, testGroups } from "./table.js";

describe("the table of emoji", () => {
  test("has the 1,911 emoji without tones of skin of emoji-datasource 16, and the sets' counts", async () => {
    const faces = await emojiFaces();
    const held = testGroups(faces);
    const count = (wanted: (face: (typeof faces)[number]) => boolean) => {
      const chosen = faces.filter(wanted);
      const test = chosen.filter(({ group }) => held.has(group)).length;
      return { train: chosen.length - test, test };
    };
    const neutral = count(({ isNeutral }) => isNeutral);
    expect(neutral.train + neutral.test).toBe(1911);
    const splitsOf = (name: string) => findNamed(emojiDatasets, name)?.splits;
    // These three packages hold a drawing of every emoji of the table.
    for (const name of ["emoji-google", "emoji-twitter", "openmoji"]) {
      expect(splitsOf(name)).toEqual(neutral);
      expect(splitsOf(`${name}:tones=all`)).toEqual(count(() => true));
    }
    expect(new Set(faces.map(({ code }) => code)).size).toBe(faces.length);
  });

  test("puts what differs in skin, gender or direction only, and what is drawn alike, into one group", async () => {
    const groups = new Map((await emojiFaces()).map(({ code, group }) => [code, group]));
    const alike = [
      ["1f44b", "1f44b-1f3fb", "1f44b-1f3ff"],
      ["1f3c3", "1f3c3-200d-2640", "1f3c3-200d-2642-200d-27a1", "1f3c3-1f3fc-200d-27a1"],
      ["1f468-200d-1f4bb", "1f469-200d-1f4bb", "1f9d1-200d-1f4bb"],
      // The flags of Norway, Bouvet Island and Svalbard.
      ["1f1f3-1f1f4", "1f1e7-1f1fb", "1f1f8-1f1ef"],
    ];
    for (const codes of alike) {
      const found = codes.map((code) => groups.get(code));
      expect(found).not.toContain(undefined);
      expect(new Set(found).size).toBe(1);
    }
    expect(groups.get("1f600")).not.toBe(groups.get("1f603"));
  });

  test("has one form of code points for all packages", () => {
    expect(emojiCode("0023-FE0F-20E3")).toBe("23-20e3");
    expect(emojiCode("1f3f4-e0067_e0062")).toBe("1f3f4-e0067-e0062");
  });
});

describe("a set of emoji", () => {
  const root = mkdtempSync(join(tmpdir(), "figment-emoji-"));
  const cacheDir = join(root, "cache");
  const env = { HOME: root, npm_config_registry: "", npm_config_fetch_retries: "0" };
  let tarball: Uint8Array;
  const server = createServer((request, response) => {
    const address = `${env.npm_config_registry}drawings.tgz`;
    if (request.url === "/drawings.tgz") response.end(tarball);
    else {
      response.end(JSON.stringify({ versions: { 1: { dist: { tarball: address } } } }));
    }
  });

  const draw = async (
    name: string,
    background: { r: number; g: number; b: number; alpha: number },
  ) => {
    const file = join(root, "package", "art", name);
    mkdirSync(dirname(file), { recursive: true });
    await sharp({ create: { width: 72, height: 72, channels: 4, background } }).toFile(file);
  };
  const red = { r: 255, g: 0, b: 0, alpha: 1 };

  beforeAll(async () => {
    await draw("1f600.png", red);
    await draw("1fae5.png", { r: 0, g: 0, b: 0, alpha: 0 });
    await draw("1F44B-FE0F.png", red);
    await draw("1f44b-1f3fd.png", red);
    await draw("e000.png", red);
    await draw("sheets/1f603.png", red);
    writeFileSync(join(root, "package", "art", "1f604.svg"), "never read");
    await create({ file: join(root, "t.tgz"), cwd: root, gzip: true }, ["package"]);
    tarball = readFileSync(join(root, "t.tgz"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    rmSync(root, { recursive: true });
  });

  const setsOf = () => {
    const neutral = emojiSet({
      name: "tiny",
      title: "Tiny",
      source: {
        package: "drawings",
        version: "1",
        bytes: tarball.length,
        sha512: createHash("sha512").update(tarball).digest("base64"),
        folder: "package/art/",
        extension: ".png",
      },
      licence: "none",
      note: "none",
      splits: { neutral: { train: 2, test: 1 }, all: { train: 3, test: 1 } },
    });
    const tones = findNamed([neutral], "tiny:tones=all");
    if (tones === undefined) throw new Error("the set has no variants");
    return [neutral, tones];
  };

  test("holds the drawings of the table, in neutral skin or in all tones, on white", async () => {
    const [neutral, tones] = setsOf();
    expect(await neutral.isAvailable(cacheDir)).toBe(false);
    await neutral.fetch(cacheDir, { env });
    expect(await tones.isAvailable(cacheDir)).toBe(true);
    const train = await neutral.load("train", cacheDir);
    expect(train).toMatchObject({ name: "tiny", count: 2, channels: 3, height: 64, width: 64 });
    expect(train.ids).toEqual(["1f600", "1f44b"]);
    const { pixelsUnit } = await readImages(train, [0]);
    expect(pixelsUnit.slice(0, 64 * 64).every((value) => value === 1)).toBe(true);
    expect(pixelsUnit.slice(64 * 64).every((value) => value === 0)).toBe(true);
    const test = await neutral.load("test", cacheDir);
    // The dotted line face is held out of every set of emoji; here it is clear as glass.
    expect(test.ids).toEqual(["1fae5"]);
    expect((await readImages(test)).pixelsUnit.every((value) => value === 1)).toBe(true);
    const all = await tones.load("train", cacheDir);
    expect(all.ids).toEqual(["1f600", "1f44b", "1f44b-1f3fd"]);
    expect(all.groups?.[1]).toBe(all.groups?.[2]);
    expect(all.source).toBe("tiny:tones=all");
    expect(() => findNamed([neutral], "tiny:tones=some")).toThrow(ConfigError);
  });

  test("has short names for captions and categories for classes, numbered alike in every set", async () => {
    const [neutral, tones] = setsOf();
    const [train, test, all] = await Promise.all([
      neutral.load("train", cacheDir),
      neutral.load("test", cacheDir),
      tones.load("train", cacheDir),
    ]);
    const captions = ({ annotations }: typeof train) => {
      const { values, length, vocabulary } = annotations!.caption!;
      return Array.from({ length: values.length / length }, (_, image) =>
        decodeCaption(values.slice(image * length, (image + 1) * length), { vocabulary }),
      );
    };
    expect(captions(train)).toEqual(["grinning", "wave"]);
    expect(captions(test)).toEqual(["dotted line face"]);
    expect(captions(all)).toEqual(["grinning", "wave", "wave, medium skin tone"]);
    const { names, values } = all.annotations!.class!;
    expect(Array.from(values, (value) => names[value])).toEqual([
      "Smileys & Emotion",
      "People & Body",
      "People & Body",
    ]);
    expect(test.annotations?.caption?.vocabulary).toEqual(train.annotations?.caption?.vocabulary);
    expect(test.annotations?.class?.names).toEqual(names);
  });

  test("is refused when what is in the cache has changed, with the command that mends it", async () => {
    const [neutral] = setsOf();
    const images = join(cacheDir, "datasets", "tiny", "images.npy");
    const content = join(cacheDir, "datasets", "tiny", "content.json");
    const before = readFileSync(images);
    writeFileSync(images, Uint8Array.from(before).fill(9, -1));
    const failure = await neutral.load("train", cacheDir).catch((error) => error);
    expect(failure).toBeInstanceOf(DataError);
    expect(failure.message).toMatch(/SHA-256.*figment data get tiny/);
    writeFileSync(images, before);
    for (const damaged of ["", "null", '{"codes": []}']) {
      writeFileSync(content, damaged);
      await expect(neutral.load("train", cacheDir)).rejects.toThrow(/figment data get tiny/);
    }
    await neutral.fetch(cacheDir, { env });
    expect((await neutral.load("train", cacheDir)).count).toBe(2);
  });
});
