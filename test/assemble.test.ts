import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset, readImages, subset } from "../src/data/index.js";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { saveImage } from "../src/data/picture.js";
import { trainRun } from "../src/runs/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const GREY = { channels: 1, height: 8, width: 8 };
const networks = {
  embedding: 6,
  part: [4],
  layout: [5, 4],
  match: 3,
  latent: 3,
  channels: [4, 5],
  discriminator: [4, 5],
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-assemble-"));
  const shared = {
    device: "cpu",
    host: "inline",
    model: "puzzle-gan",
    data: "digits",
    training: { steps: 4, batchSize: 8 },
  } as const;
  await trainRun({ ...shared, config: { ...networks, side: 3 }, out: join(folder, "key") });
  await trainRun({ ...shared, config: { ...networks, grid: 2 }, out: join(folder, "puzzle") });
  const digits = subset(await loadDataset("digits", { split: "test" }), [0, 1, 2]);
  const { pixelsUnit } = await readImages(digits);
  await saveImage(join(folder, "digit.png"), pixelsUnit.subarray(0, 64), GREY);
  await saveImage(join(folder, "large.png"), new Float32Array(144), {
    ...GREY,
    height: 12,
    width: 12,
  });
  const small = { channels: 1, height: 3, width: 3 };
  for (const [at, name] of ["a", "b", "c"].entries()) {
    const patch = pixelsUnit.subarray(at * 64, at * 64 + 9);
    await saveImage(join(folder, `${name}.png`), patch, small);
  }
  await writeNpy(join(folder, "patches.npy"), pixelsUnit.subarray(0, 27), [3, 1, 3, 3]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function figment(...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

describe("figment assemble", () => {
  test("cuts test images, draws wholes, and measures masks, places and patches", async () => {
    const { stdout, stderr, status } = figment(
      "--json",
      ...["assemble", "key", "-n", "20", "--draws", "2", "--out", "wholes.npy"],
    );
    expect(status, stderr).toBe(0);
    const { count, figures, frechet, puzzle } = JSON.parse(stdout);
    expect(count).toBe(20);
    expect(puzzle).toBeUndefined();
    expect(figures.key.maskIou.low).toBeLessThanOrEqual(figures.key.maskIou.mean);
    expect(figures.diversity.mean).toBeGreaterThan(0);
    expect(figures.patchError.mean).toBeGreaterThan(0);
    expect(frechet).toMatchObject({ others: 340, extractor: "pixels" });
    expect(frechet.value).toBeGreaterThan(frechet.floor);
    const wholes = await readNpy(join(folder, "wholes.npy"));
    expect(wholes.shape).toEqual([20, 1, 8, 8]);
  });

  test("puts puzzles together beside a greedy solver and chance", () => {
    const args = ["assemble", "puzzle", "-n", "20", "--draws", "1"];
    const { stdout, stderr, status } = figment("--json", ...args);
    expect(status, stderr).toBe(0);
    const { figures, puzzle } = JSON.parse(stdout);
    expect(Object.keys(puzzle)).toEqual(["model", "greedy", "chance"]);
    expect(puzzle.chance.direct.mean).toBeLessThan(0.6);
    expect(figures).not.toHaveProperty("key");
    expect(figures).not.toHaveProperty("diversity");
    const told = figment(...args).stdout;
    expect(told).toMatch(/this run +\d+\.\d\d % \(95 %: /);
    expect(told).toMatch(/greedy, by best buddies/);
  });

  test("shows one image: its patches, where they lie, the mask, and several draws", async () => {
    const { stdout, stderr, status } = figment(
      ...["assemble", "key", "--image", "digit.png", "--draws", "3", "--out", "one.png"],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(
      "image, patch 1, patch 2, patch 3, patches as placed, mask, draw 1, draw 2, draw 3",
    );
    const { width = 0, height = 0 } = await sharp(join(folder, "one.png")).metadata();
    // Nine pictures side by side, each enlarged to 56 pixels with 2 around.
    expect([width, height]).toEqual([9 * 58 + 2, 60]);
  });

  test("takes patches from files, in any order", async () => {
    const drawn = (...patches: readonly string[]) => {
      const run = figment("--json", "assemble", "key", "--patches", ...patches, "--out", "x.npy");
      expect(run.status, run.stderr).toBe(0);
      return JSON.parse(run.stdout).places as number[];
    };
    const [first, second, third] = drawn("a.png", "b.png", "c.png");
    expect(drawn("c.png", "a.png", "b.png")).toEqual([third, first, second]);
    expect((await readNpy(join(folder, "x.npy"))).shape).toEqual([1, 1, 8, 8]);
    expect(drawn("patches.npy")).toHaveLength(3);
    const told = figment("assemble", "key", "--patches", "patches.npy", "--out", "x.npy").stdout;
    expect(told).toMatch(/\nthe first draw of each image\n$/);
  });

  test.each([
    [["key", "--patches", "a.png", "b.png"], /assembles 3 patches of an image, not 2/],
    [
      ["key", "--patches", "large.png", "b.png", "c.png"],
      /large\.png: images are 1×12×12 .* the run takes 1×3×3/,
    ],
    [["key", "--patches", "a.png", "b.png", "no.png"], /no\.png/],
    [["key", "--patches", "a.png", "--image", "digit.png"], /patches, or images .*, not both/],
    [["key", "--patches", "a.png", "--data", "digits"], /not both/],
    [["key", "--image", "large.png"], /images are 1×12×12 .* the run takes 1×8×8/],
    [["key", "--image", "digit.png", "--data", "digits"], /not both/],
    [["key", "--images", "9999"], /there is no image 9999/],
    [["key", "--out", "x.gif"], /write images to a \.png/],
    [["key", "--draws", "0"], /whole number/],
    [["zoo:classifier-mnist"], /classifier has no "assemble"/],
  ] as const)("refuses %j before any work", (args, message) => {
    const { stderr, status } = figment("assemble", ...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  test("refuses patches that are larger than the images before training", () => {
    const { stderr, status } = figment(
      ...["train", "puzzle-gan", "--data", "digits", "--set", "side=9", "--out", "never"],
    );
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/patches of 9×9 do not fit images of 8×8/);
  });
});
