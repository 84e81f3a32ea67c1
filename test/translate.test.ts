import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDataset, readImages, subset } from "../src/data/index.js";
import { throughJpeg } from "../src/data/jpeg.js";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { trainRun } from "../src/runs/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;
const COUNT = 40;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-translate-"));
  const digits = await loadDataset("digits");
  const first = subset(
    digits,
    Array.from({ length: COUNT }, (_, at) => at),
  );
  const { pixelsUnit } = await readImages(first);
  const shape = [COUNT, 1, 8, 8];
  await writeNpy(join(folder, "plain.npy"), pixelsUnit, shape);
  const dim = pixelsUnit.map((value) => value / 2);
  await writeNpy(join(folder, "dim.npy"), dim, shape);
  const networks = { channels: [4, 5], blocks: 1, patches: [4, 5] };
  const shared = { device: "cpu", host: "inline" } as const;
  await trainRun({
    ...shared,
    model: "cyclegan",
    data: `${join(folder, "plain.npy")},${join(folder, "dim.npy")}`,
    config: networks,
    training: { steps: 4, batchSize: 8 },
    out: join(folder, "cycle"),
  });
  await trainRun({
    ...shared,
    model: "classifier",
    data: "digits",
    config: { architecture: "mlp", hidden: [32] },
    training: { epochs: 10 },
    out: join(folder, "judge"),
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

describe("figment translate", () => {
  test("translates the images of the other domain, and measures the way back", async () => {
    const args = [
      "--json",
      "translate",
      "cycle",
      "--to",
      "dim.npy",
      "--split",
      "all",
      "--out",
      "there.npy",
    ];
    const { stdout, stderr, status } = figment(...args);
    expect(status, stderr).toBe(0);
    const { count, change, cycle, cycleTest } = JSON.parse(stdout);
    expect(count).toBe(COUNT);
    const there = await readNpy(join(folder, "there.npy"));
    expect(there.shape).toEqual([COUNT, 1, 8, 8]);
    const plain = await readNpy(join(folder, "plain.npy"));
    const [made, given] = [there, plain].map(({ data }) => Array.from(data));
    const mean =
      made.reduce((sum, value, at) => sum + Math.abs(value - given[at]), 0) / made.length;
    expect(change).toBeCloseTo(mean, 6);
    expect(cycle.noisy).not.toBe(cycle.clean);
    expect(Math.abs(cycle.jpeg - cycle.clean)).toBeLessThan(0.1);
    expect(cycleTest).toEqual({ sigma: 0.05, quality: 90, seed: 0 });
  });

  test("shows images, translations and ways back in a picture and in a page that is one file", async () => {
    const picture = figment("translate", "cycle", "--to", "plain.npy", "-n", "3", "--out", "p.png");
    expect(picture.status, picture.stderr).toBe(0);
    const { width = 0, height = 0 } = await sharp(join(folder, "p.png")).metadata();
    // Three columns and three rows.
    expect(width).toBe(height);
    const page = figment("translate", "cycle", "--to", "plain.npy", "-n", "3", "--out", "p.html");
    expect(page.status, page.stderr).toBe(0);
    const html = await readFile(join(folder, "p.html"), "utf8");
    const sources = [...html.matchAll(/<img src="data:image\/png;base64,([^"]+)"/g)];
    expect(sources).toHaveLength(9);
    const [, encoded] = sources[0];
    expect((await sharp(Buffer.from(encoded, "base64")).metadata()).width).toBe(56);
    expect(html).not.toMatch(/https?:|<script|<link/);
    expect(html).toContain("way back");
  });

  test("asks a judge how many images keep their class", () => {
    const args = ["translate", "cycle", "--data", "digits", "--to", "dim.npy", "--judge", "judge"];
    const { stdout, stderr, status } = figment("--json", ...args, "-n", "60");
    expect(status, stderr).toBe(0);
    const { kept } = JSON.parse(stdout);
    expect(kept.known).toBe(true);
    expect(kept.source.share).toBeGreaterThan(0.6);
    expect(kept.translated.low).toBeLessThanOrEqual(kept.translated.share);
    expect(kept.back.share).toBeLessThanOrEqual(1);
    // Domains are no classes: the judge's own opinion of an image is its class.
    const own = figment("--json", "translate", "cycle", "--to", "dim.npy", "--judge", "judge");
    expect(JSON.parse(own.stdout).kept).toMatchObject({ known: false, source: { share: 1 } });
  });

  test.each([
    [["cycle"], /say what the images are to become/],
    [["cycle", "--to", "dim.npy", "--attributes", "a=1"], /say what the images are to become/],
    [["cycle", "--to", "dim.mpy"], /there is no class "dim.mpy"; did you mean "dim.npy"/],
    [["cycle", "--attributes", "beard=1"], /translates to a domain: plain.npy, dim.npy/],
    [["cycle", "--attributes", "beard=much"], /must be a name, or name=value/],
    [["cycle", "--to", "dim.npy", "--out", "x.gif"], /write images to a \.png/],
    [["judge", "--to", "dim.npy"], /classifier has no "translate"/],
    [["cycle", "--to", "dim.npy", "--judge", "cycle"], /cyclegan has no "classify"/],
    [["cycle", "--to", "dim.npy", "--judge", "zoo:classifier-mnist"], /the judge .* reads 1×28×28/],
    [["cycle", "nowhere.png", "--to", "dim.npy"], /nowhere\.png/],
  ] as const)("refuses %j before any work", (args, message) => {
    const { stderr, status } = figment("translate", ...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});

test("a JPEG of quality 100 keeps grey and colour within its rounding, and NaN is refused", async () => {
  const shape = { count: 2, height: 8, width: 16 };
  const values = (channels: number) =>
    Float32Array.from(
      { length: 2 * channels * 8 * 16 },
      (_, at) => 0.5 + 0.4 * Math.sin((at % 16) / 5),
    );
  for (const channels of [1, 3]) {
    const images = { ...shape, channels, pixelsUnit: values(channels) };
    const { pixelsUnit } = await throughJpeg(images, 100);
    const worst = pixelsUnit.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - images.pixelsUnit[at])),
      0,
    );
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(0.02);
  }
  const broken = { ...shape, channels: 1, pixelsUnit: values(1).fill(Number.NaN) };
  await expect(throughJpeg(broken, 90)).rejects.toThrow(/not a number/);
});
