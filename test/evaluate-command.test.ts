import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImages } from "../src/data/image-set.js";
import { loadDataset, saveImage, writeNpy } from "../src/data/index.js";

/*
 * The built command line on images of other tools: what it prints, and what it refuses before it begins.
 */

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const COUNT = 40;
const SIZE = 64;

let folder: string;
let digits: Float32Array;

async function figment(...args: readonly string[]) {
  const env = { ...process.env, FIGMENT_CACHE: join(folder, "cache") };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env });
  const ended = new Promise<number | null>((settle) => child.on("close", settle));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

async function saveFolder(name: string, images: number, side = 8): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  for (let image = 0; image < images; image++) {
    const pixels = new Float32Array(side * side).fill(0.2);
    pixels.set(digits.subarray(image * SIZE, image * SIZE + Math.min(SIZE, side * side)));
    const path = join(folder, name, `${side}-${image}.png`);
    await saveImage(path, pixels, { channels: 1, height: side, width: side });
  }
}

const saveArray = (name: string, pixels: Float32Array, each = [8, 8]) =>
  writeNpy(join(folder, name), pixels, [
    pixels.length / each.reduce((size, side) => size * side, 1),
    ...each,
  ]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-evaluate-command-"));
  const set = await loadDataset("digits", { split: "test" });
  digits = (await readImages(set)).pixelsUnit.slice(0, COUNT * SIZE);
  await saveArray("fine.npy", digits);
  await saveArray("ten.npy", digits.slice(0, 10 * SIZE));
  // One in ten of a file is held out as its test part.
  await saveArray("all-alike.npy", new Float32Array(300 * SIZE).fill(0.5));
  await saveArray("alike.npy", new Float32Array(COUNT * SIZE).fill(0.5));
  await saveArray("small.npy", new Float32Array(COUNT * 16).fill(0.1), [4, 4]);
  await saveArray("colour.npy", new Float32Array(COUNT * 3 * SIZE).fill(0.1), [3, 8, 8]);
  const nan = digits.slice();
  nan[3 * SIZE + 5] = Number.NaN;
  await saveArray("nan.npy", nan);
  await saveFolder("ten", 10);
  await mkdir(join(folder, "empty"));
  await saveFolder("corrupt", COUNT);
  await writeFile(join(folder, "corrupt/8-7.png"), "not a picture");
  await saveFolder("sizes", COUNT);
  await saveFolder("sizes", 1, 9);
  await saveFolder("truncated", COUNT);
  const whole = await sharp({
    create: { width: 8, height: 8, channels: 3, background: "#123456" },
  })
    .png()
    .toBuffer();
  await writeFile(join(folder, "truncated/8-7.png"), whole.subarray(0, whole.length / 2));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const pixels = ["--real", "digits", "--extractor", "pixels"];

describe("an error ends the command before anything is judged:", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
    ["ten images", ["ten.npy"], /ten\.npy: 10 images are too few to compare; 20 are needed/],
    ["a folder of ten, in colour", ["ten"], /3×8×8.*1×8×8.*the channels differ/],
    ["no images at all", ["empty"], /empty/],
    ["a corrupt file in a folder", ["corrupt"], /8-7\.png/],
    ["a truncated file in a folder", ["truncated"], /8-7\.png/],
    ["sizes that differ in a folder", ["sizes"], /9×9|8×8/],
    ["missing pixels", ["nan.npy"], /image 3 has missing pixels/],
    ["another size", ["small.npy"], /1×4×4.*1×8×8.*--resize/],
    ["other channels", ["colour.npy"], /3×8×8.*1×8×8.*the channels differ/],
    ["no such file", ["nowhere.npy"], /nowhere\.npy/],
    ["one bad set among good ones", ["fine.npy", "ten.npy"], /ten\.npy: 10 images/],
    ["an unknown metric", ["fine.npy", "--metrics", "fdd"], /no metric "fdd"/],
    ["a metric without its classifier", ["fine.npy", "--metrics", "modes"], /that classifies/],
    ["likelihood of files", ["fine.npy", "--metrics", "nll"], /needs a run that scores/],
    ["points that are no points", ["fine.npy", "--metrics", "plane"], /known density/],
    ["images too small", ["fine.npy", "--metrics", "ms-ssim"], /11 pixels a side/],
    ["too few spare images", ["fine.npy", "--metrics", "parzen", "-n", "1430"], /lower --count/],
    ["no draw", ["fine.npy", "--repeat", "0"], /whole number ≥ 1/],
    ["guidance of files", ["fine.npy", "--guidance", "2"], /fine\.npy .*which are not drawn/],
    ["a sampler without settings", ["zoo:vae-mnist", "--guidance", "2"], /vae has no settings/],
    ["no such sampler", ["zoo:ddpm-mnist", "--sampler", "x"], /it takes ddpm \| ddim/],
  ];
  test.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await figment("evaluate", ...args, ...pixels);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/features of/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test("real images of one colour", async () => {
    const args = ["fine.npy", "--real", "all-alike.npy", "--extractor", "pixels"];
    const { code, stderr } = await figment("evaluate", ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/alike\.npy.*all look alike/);
  });

  test("a comparison of what is no run, or into what is no picture", async () => {
    const files = await figment("compare", "fine.npy", ...pixels);
    expect(files.code).toBeGreaterThan(0);
    expect(files.stderr).toMatch(/fine\.npy is not a run; judge images with figment evaluate/);
    const gif = await figment("compare", "fine.npy", "--out", "x.gif");
    expect(gif.stderr).toMatch(/x\.gif: write images to a \.png/);
  });
});

test("a run is judged as its sampler is set", async () => {
  const count = ["--resize", "-n", "20"];
  const args = ["--sampler", "ddim", "--sampling-steps", "2", "--temperature", "0.5"];
  const set = await figment("evaluate", "zoo:ddpm-mnist", ...pixels, ...count, ...args, "--json");
  expect(set.code).toBe(0);
  const [{ figures, protocol }] = JSON.parse(set.stdout).evaluations;
  expect(protocol.sampler).toMatch(/^sampler=ddim steps=2 .*guidance=1/);
  expect(protocol.temperature).toBe(0.5);
  const usual = await figment("evaluate", "zoo:ddpm-mnist", ...pixels, ...count, "--json");
  const [other] = JSON.parse(usual.stdout).evaluations;
  expect(other.protocol.sampler).toMatch(/^sampler=dpmpp-2m steps=20 /);
  expect(other.protocol).not.toHaveProperty("temperature");
  expect(other.figures[0].value).not.toBe(figures[0].value);
});

test("images of one colour are judged, with a warning", async () => {
  const { code, stdout, stderr } = await figment("evaluate", "alike.npy", ...pixels);
  expect(code).toBe(0);
  expect(stderr).toMatch(/all images of the set look alike/);
  expect(stdout).toMatch(/recall +0 /);
});

test("the table has intervals, floors, cautions and the whole protocol; the document the same", async () => {
  const { code, stdout } = await figment("evaluate", "fine.npy", ...pixels, "--metrics", "fd,prdc");
  expect(code).toBe(0);
  expect(stdout).toMatch(/value +95 % interval +floor/);
  expect(stdout).toMatch(/precision +\S+ +\S+ to \S+ +\S+/);
  expect(stdout).toMatch(/! 40 images are no more than the 64 features.*fd-infinity/);
  const rows = ["generated images", "real images", "real set", "split", "extractor", "resize"];
  for (const row of [...rows, "quantisation", "seed", "version"]) {
    expect(stdout).toMatch(new RegExp(`^${row} +\\S`, "m"));
  }
  const json = await figment("evaluate", "fine.npy", ...pixels, "--metrics", "fd,prdc", "--json");
  const { evaluations } = JSON.parse(json.stdout);
  const precision = evaluations[0].figures.find(
    ({ figure }: { figure: string }) => figure === "precision",
  );
  expect(precision.interval).toMatchObject({ level: 0.95 });
  expect(precision.floor).toBeTypeOf("number");
});

test("a training is judged on the way, and the runs are compared in a picture", async () => {
  const tiny = ["--set", "hidden=16", "--set", "latent=2", "--threads", "1"];
  const train = ["train", "vae", "--epochs", "2", "--evaluate-every", "1", ...tiny];
  const trained = await figment(...train, "--out", "a");
  expect(trained.stderr + trained.stdout).toMatch(/evaluated +a\/evaluation\.png/);
  expect(existsSync(join(folder, "a/evaluation.png"))).toBe(true);
  const args = ["compare", "a", "a", "-n", "40", "--extractor", "pixels", "--columns", "5"];
  const { code, stdout, stderr } = await figment(...args, "--out", "rows.png");
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/Fréchet distance.*parameters +training +an image +weights/);
  expect(stdout).toMatch(/floor: real images/);
  expect(stdout).toMatch(/nats of 40 of digits, test, 1×8×8, not binarised; lower is better/);
  const { width = 0, height = 0 } = await sharp(join(folder, "rows.png")).metadata();
  // Three rows of five images of 56 pixels.
  expect(width).toBeGreaterThan(5 * 56);
  expect(height).toBeGreaterThan(3 * 56);
  const refused = await figment(...train, "--validation", "0", "--out", "b");
  expect(refused.stderr).toMatch(/needs validation images/);
  expect(existsSync(join(folder, "b"))).toBe(false);
});
