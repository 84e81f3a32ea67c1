import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pixelsPerImage } from "../src/core/batch.js";
import { classify } from "../src/core/capabilities/classify.js";
import { encode } from "../src/core/capabilities/codes.js";
import { arraySet } from "../src/data/index.js";
import { type OpenRun, openRun, sample } from "../src/index.js";
import { runDirectory, zooNames } from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";
import { readRun } from "../src/training/run-directory.js";

const LARGEST_BYTES = 4.5e6;

test("an unknown name gets the closest known one as a suggestion", () => {
  expect(() => runDirectory("zoo:vae-mnits")).toThrow('did you mean "vae-mnist"?');
});

const inZoo = await Promise.all(
  zooNames().map(async (name) => ({ name, ...(await readRun(runDirectory(`zoo:${name}`))) })),
);
const [classifiers, samplers] = [true, false].map((isClassifier) =>
  inZoo.filter(({ model }) => (model === "classifier") === isClassifier).map(({ name }) => name),
);

/** A run of the zoo, which is small and says how it was made. */
async function open(name: string, picture: string): Promise<OpenRun> {
  const directory = runDirectory(`zoo:${name}`);
  const files = await readdir(directory);
  expect(files).toEqual(expect.arrayContaining(["README.md", "run.json", picture]));
  const weights = await stat(join(directory, "checkpoints", "best.safetensors"));
  expect(weights.size).toBeLessThan(LARGEST_BYTES);
  const run = await openRun(`zoo:${name}`, { host: "inline" });
  expect(run.warnings).toEqual([]);
  return run;
}

test.each(samplers)("zoo:%s draws images that are neither empty nor full", async (name) => {
  const run = await open(name, "samples.png");
  const { pixelsUnit } = await sample(run.model, { count: 32, seed: 1 });
  await run.close();
  const ink = pixelsUnit.reduce((sum, value) => sum + value, 0) / pixelsUnit.length;
  expect(ink).toBeGreaterThan(0.05);
  expect(ink).toBeLessThan(0.3);
});

test.each(classifiers)("zoo:%s gives features and sure classes", async (name) => {
  const run = await open(name, "classes.png");
  const count = 32;
  const pixelsUnit = new Float32Array(count * pixelsPerImage(run.data));
  stream(1, "pixels").uniform(pixelsUnit);
  const { channels, height, width } = run.data;
  const info = { name: "noise", source: "noise", split: "all", channels, height, width };
  const images = arraySet(info, pixelsUnit);
  const { length } = await encode(run.model, images);
  const { probs, names } = await classify(run.model, images);
  await run.close();
  expect(length).toBeGreaterThanOrEqual(64);
  expect(length).toBeLessThanOrEqual(256);
  expect(names).toHaveLength(10);
  expect(probs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(count, 3);
});
