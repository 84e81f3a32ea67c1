import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeNpy } from "../src/data/npy.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The real command line; what it prints on stdout. */
async function figment(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, FIGMENT_CACHE: join(folder, "cache"), ...env },
  });
  return stdout;
}

const failure = (args: readonly string[]): Promise<{ code: number; stderr: string }> =>
  figment(args).then(
    () => expect.fail("it succeeded"),
    (error) => error,
  );

const json = async (...args: readonly string[]) => JSON.parse(await figment(["--json", ...args]));

describe("figment data NAME", () => {
  test("counts images, classes, attributes and captions of each split", async () => {
    const found = await json("data", "shapes:count=300");
    expect(found).toMatchObject({
      name: "shapes:count=300",
      channels: 3,
      height: 32,
      available: true,
      splits: { train: 300, test: 5000, "test-seen": 5000 },
    });
    expect(found.options.map(({ key }: { key: string }) => key)).toEqual(["seed", "count"]);
    const [train, test] = found.contents;
    expect(train).toMatchObject({ split: "train", count: 300, levels: 256 });
    const total = (classes: readonly { count: number }[]) =>
      classes.reduce((sum, { count }) => sum + count, 0);
    expect([total(train.classes), total(test.classes)]).toEqual([300, 5000]);
    expect(train.captions.words).toHaveLength(24);
    const text = await figment(["data", "shapes:count=300"]);
    for (const part of [
      "circle",
      "ATTRIBUTE",
      "TEST-SEEN",
      "vocabulary of 24",
      "seed of every draw",
    ])
      expect(text).toContain(part);
  });

  test("says what it takes to have one that is not on this machine", async () => {
    expect(await figment(["data", "scenes"])).toContain(
      "11.5 MB to fetch): figment data get scenes",
    );
    const avatars = await json("data", "avatars");
    expect(avatars).toMatchObject({ available: false, licence: "CC0 1.0" });
    expect(avatars).not.toHaveProperty("contents");
    expect(await figment(["data"])).toMatch(/avatars .+ drawn when first used/);
  });

  test("takes paths, and says how they are divided", async () => {
    await writeNpy(join(folder, "own.npy"), new Float32Array(40).fill(0.5), [10, 2, 2]);
    const { splits } = await json("data", "./own.npy");
    expect(splits).toEqual([
      expect.objectContaining({ split: "all", count: 10, height: 2, width: 2 }),
    ]);
    expect(await figment(["data", "./own.npy"])).toContain(
      "one image in ten is held out for testing",
    );
    for (const [split, name] of [
      ["train", "cat"],
      ["train", "dog"],
      ["test", "dog"],
    ] as const) {
      await mkdir(join(folder, "pets", split, name), { recursive: true });
      const blank = sharp({ create: { width: 4, height: 4, channels: 3, background: "#808080" } });
      await writeFile(join(folder, "pets", split, name, "1.png"), await blank.png().toBuffer());
    }
    const text = await figment(["data", "pets"]);
    expect(text).toMatch(/cat +1 +0/);
    expect(text).toMatch(/dog +1 +1/);
  });

  test("suggests what was meant", async () => {
    expect(await failure(["data", "shpaes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "shapes"?'),
    });
    expect(await failure(["data", "shwo"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`unknown command 'data shwo'; did you mean "show"?`),
    });
    expect(await failure(["data", "shapes:sed=1"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "seed"?'),
    });
  });
});

describe("figment data show", () => {
  test("draws a grid and says what is on it, in the same bytes without any font installed", async () => {
    const shown = await json(
      "data",
      "show",
      "shapes",
      "-n",
      "4",
      "--columns",
      "2",
      "--out",
      "a.png",
    );
    expect(shown.images).toHaveLength(4);
    for (const image of shown.images) {
      expect(image.caption).toContain(image.class);
      expect(image.attributes).toHaveLength(4);
    }
    const { width, format } = await sharp(join(folder, "a.png")).metadata();
    // Two images of 32 pixels enlarged six times, and three gaps.
    expect({ width, format }).toEqual({ width: 2 * 192 + 3 * 20, format: "png" });
    await writeFile(
      join(folder, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><cachedir>${folder}/fonts</cachedir></fontconfig>`,
    );
    await figment(["data", "show", "shapes", "-n", "4", "--columns", "2", "--out", "b.png"], {
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    });
    const [a, b] = await Promise.all(
      ["a.png", "b.png"].map((file) => readFile(join(folder, file))),
    );
    expect(a.equals(b)).toBe(true);
  });

  test("draws other images by seed, and those that are named", async () => {
    const indices = async (...args: string[]) =>
      (await json("data", "show", "digits", "-n", "5", "--out", "c.png", ...args)).images.map(
        ({ index }: { index: number }) => index,
      );
    expect(await indices()).toEqual(await indices("--seed", "0"));
    expect(await indices("--seed", "1")).not.toEqual(await indices());
    expect(await indices("--images", "3,1")).toEqual([3, 1]);
  });

  test("draws points in the plane as a scatter plot", async () => {
    const shown = await json(
      "data",
      "show",
      "moons",
      "-n",
      "50",
      "--split",
      "test",
      "--out",
      "d.svg",
    );
    expect(shown.images).toHaveLength(50);
    const svg = await readFile(join(folder, "d.svg"), "utf8");
    expect(svg).toContain("50 of 10,000 points of moons, test");
    expect(svg).toContain("upper");
  });

  test.each([
    [["data", "show", "digits", "--out", "x.npy"], "a .png"],
    [["data", "show", "ring", "--out", "x.gif"], "a .png or a .svg"],
    [["data", "show", "digits", "--split", "validation"], "train and test"],
    [["data", "show", "digits", "--images", "1437"], "0 to 1436"],
    [["data", "show", "digits", "-n", "0"], "whole number ≥ 1"],
    [["data", "show"], "missing required argument"],
  ])("%j is refused: %s", async (args, message) => {
    expect(await failure(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});
