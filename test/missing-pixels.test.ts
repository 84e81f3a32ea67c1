import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImages } from "../src/data/image-set.js";
import { loadDataset } from "../src/data/load-dataset.js";
import { writeNpy } from "../src/data/npy.js";
import { stream } from "../src/runtime/random.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const SHARE = 0.2;
const SIDE = 8;
const VALUES = SIDE * SIDE;

let folder: string;
/** Number of values removed from the training digits. */
let removed: number;

/** Digits whose 17 grey levels are spread evenly over [0, 1], so that densities are bounded. */
async function spreadDigits(split: string): Promise<Float32Array> {
  const { pixelsUnit } = await readImages(await loadDataset("digits", { split }));
  const noise = new Float32Array(pixelsUnit.length);
  stream(0, `spread.${split}`).uniform(noise);
  return pixelsUnit.map((value, at) => (16 * value + noise[at]) / 17);
}

const write = (name: string, pixels: Float32Array) =>
  writeNpy(join(folder, name), pixels, [pixels.length / VALUES, SIDE, SIDE]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-missing-"));
  const whole = await spreadDigits("train");
  const chance = new Float32Array(whole.length);
  stream(0, "removed").uniform(chance);
  // The first image stays whole, so that the first one with missing pixels is not image 0.
  const holed = whole.map((value, at) => (at >= VALUES && chance[at] < SHARE ? Number.NaN : value));
  removed = holed.filter(Number.isNaN).length;
  const seen = (pixel: number) =>
    holed.filter((value, at) => at % VALUES === pixel && !Number.isNaN(value));
  const means = Array.from({ length: VALUES }, (_, pixel) => {
    const values = seen(pixel);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  const filled = holed.map((value, at) => (Number.isNaN(value) ? means[at % VALUES] : value));
  await write("whole.npy", whole);
  await write("holed.npy", holed);
  await write("filled.npy", filled);
  await write("unseen.npy", await spreadDigits("test"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the real command line as a child process. */
const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args, "--json"], { cwd: folder, encoding: "utf8" });

/** The document that a command prints. */
function done(...args: readonly string[]) {
  const { status, stdout, stderr } = figment(...args);
  expect(stderr).not.toContain("error");
  expect(status).toBe(0);
  return { ...JSON.parse(stdout), stderr };
}

/** The message of a command that fails. */
function refused(...args: readonly string[]): string {
  const { status, stdout } = figment(...args);
  expect(status).not.toBe(0);
  const { error } = JSON.parse(stdout);
  expect(error.name).toBe("DataError");
  return error.message;
}

const GMM = ["--set", "covariance=diagonal", "--set", "reg=0.0001"];

describe("a gmm fitted to a file of digits", () => {
  test("of which a fifth of the pixels is missing scores unseen whole digits as one fitted to all", () => {
    const scores = ["whole", "holed", "filled"].map((name) => {
      const fit = ["--data", `${name}.npy`, "--out", name, "--epochs", "40", "--seed", "0"];
      const trained = done("train", "gmm", ...fit, ...GMM);
      const said =
        /\d+ of the 82752 pixel values of holed.npy are missing \((19|20).\d %\), in 1292 of its 1293 images/;
      expect(said.test(trained.stderr)).toBe(name === "holed");
      const { value, protocol } = done("score", name, "unseen.npy");
      expect(protocol).toMatchObject({ images: 360 });
      expect(protocol).not.toHaveProperty("missing");
      return value;
    });
    const [whole, holed, filled] = scores;
    // Observed: −53.04, −52.36 and −50.66 nats: marginalising missing pixels beats filling in
    // means.
    expect(Math.abs(holed - whole)).toBeLessThan(1);
    expect(filled - whole).toBeGreaterThan(1.5);
  });

  test("scores digits with missing pixels by the given ones", () => {
    const { protocol } = done("score", "holed", "--data", "holed.npy");
    expect(protocol.images).toBe(144);
    const [lacking, all] = protocol.missing.split(" of ");
    expect(all).toBe(`${144 * VALUES} values`);
    expect(Number(lacking) / (144 * VALUES)).toBeCloseTo(SHARE, 1);
  });
});

describe("binarised", () => {
  test("missing pixels stay missing: a mixture of Bernoullis is fitted to the others", () => {
    const trained = ["train", "bernoulli-mixture", "--data", "holed.npy", "--out", "binary"];
    done(...trained, "--binarisation", "fixed", "--epochs", "5");
    expect(done("score", "binary", "holed.npy").protocol).toMatchObject({
      missing: `${removed} of 91968 values`,
      binarisation: "fixed, seed 0",
    });
  });
});

describe("what needs every pixel refuses the file before any work", () => {
  const place = () => `${join(folder, "holed.npy")}: image 1 has missing pixels (NaN)`;

  test("training by gradients, and fits that need images without missing pixels", async () => {
    const message = refused("train", "vae", "--data", "holed.npy", "--out", "none");
    expect(message).toContain(`${place()}, as have 1291 others; vae learns by gradients`);
    expect(message).toMatch(/Models that can be trained on such images: independent, .*gmm, hmm$/);
    const chain = ["--set", "levels=2", "--out", "none"];
    expect(refused("train", "markov", "--data", "holed.npy", ...chain)).toContain(
      "only to images without missing pixels",
    );
    expect(await readdir(folder)).not.toContain("none");
  });

  test("a score that needs every pixel", async () => {
    done("train", "vae", "--data", "whole.npy", "--out", "vae", "--epochs", "1");
    const message = refused("score", "vae", "holed.npy");
    expect(message).toContain(place());
    expect(message).toMatch(/Models that can score such images: table, .*markov, .*gmm, hmm$/);
    // The message numbers images as in the file, even where only a part of it is read.
    const { origin } = await loadDataset(join(folder, "holed.npy"), { split: "test" });
    const part = refused("score", "vae", "--data", "holed.npy", "--limit", "3");
    expect(part).toContain(`image ${origin?.indices[0]} has missing pixels`);
  });

  test.each(["reconstruct", "interpolate", "complete"])("%s", (command) => {
    const run = command === "complete" ? "holed" : "vae";
    expect(refused(command, run, "holed.npy")).toContain(place());
  });

  test("complete, where the mask gives missing pixels", () => {
    const message = refused("complete", "holed", "holed.npy", "--out", "completed.npy");
    expect(message).toContain(`${place()}, as have 6 others; the mask gives some of them`);
  });

  test("resizing", () => {
    const smaller = ["--data", "holed.npy", "--size", "4", "--out", "none"];
    expect(refused("train", "gmm", ...smaller)).toContain(`${place()}, as have`);
  });
});
