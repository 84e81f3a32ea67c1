import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { classLabels } from "../src/core/annotations.js";
import { pixelsPerImage } from "../src/core/batch.js";
import { classify, likeliestClasses } from "../src/core/capabilities/classify.js";
import { encode } from "../src/core/capabilities/codes.js";
import { corruptImages, denoise } from "../src/core/capabilities/denoise.js";
import { targetsFor, translate } from "../src/core/capabilities/translate.js";
import type { Capabilities } from "../src/core/capability.js";
import { inMemory } from "../src/core/images.js";
import { arraySet, type ImageSet, loadDataset, readImages, subset } from "../src/data/index.js";
import { resizeSet } from "../src/data/resize.js";
import { type OpenRun, openRun, sample, score } from "../src/index.js";
import { bestGaussianFilter } from "../src/metrics/gaussian-filter.js";
import { psnr } from "../src/metrics/psnr.js";
import { findModel } from "../src/models/registry.js";
import { reassembled } from "../src/runs/assembly/assembled.js";
import { assemblyFigures } from "../src/runs/assembly/figures.js";
import { puzzleFigures } from "../src/runs/assembly/puzzle-figures.js";
import { counterfactualFigures } from "../src/runs/counterfactuals.js";
import { runDirectory, zooNames } from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";
import { describeRun } from "../src/training/describe-run.js";
import { readRun } from "../src/training/run-directory.js";

/** Scores of the first 200 test images by an earlier commit; see reference/zoo.mjs. */
interface StoredScores {
  readonly versions: { readonly commit: string };
  readonly count: number;
  /** [count, 28, 28] binary pixels, eight a byte, in base64. */
  readonly bits: string;
  /** [count] digits, one after the other. */
  readonly classes: string;
  /** Mean over the images, by the name of the run. */
  readonly nllNats: Readonly<Record<string, number>>;
}

const stored: StoredScores = JSON.parse(
  readFileSync(new URL("../reference/zoo.json", import.meta.url), "utf8"),
);

/** The images that were scored, of known digits. */
function scoredImages(): ImageSet {
  const bits = Buffer.from(stored.bits, "base64");
  const pixels = Uint8Array.from(
    { length: bits.length * 8 },
    (_, at) => (bits[at >> 3] >> (at & 7)) & 1,
  );
  const shape = { channels: 1, height: 28, width: 28, levels: 2 };
  const annotations = classLabels(Int32Array.from(stored.classes, Number));
  return arraySet({ name: "mnist", source: "mnist", split: "test", ...shape, annotations }, pixels);
}

const LARGEST_BYTES = 4.5e6;

test("an unknown name gets the closest known one as a suggestion", () => {
  expect(() => runDirectory("zoo:vae-mnits")).toThrow('did you mean "vae-mnist"?');
});

const inZoo = await Promise.all(
  zooNames().map(async (name) => {
    const directory = runDirectory(`zoo:${name}`);
    return { name, ...describeRun(await readRun(directory), directory, findModel) };
  }),
);
/** The runs that can do something, but none of what comes before it. */
const able = (capability: keyof Capabilities, ...before: readonly (keyof Capabilities)[]) =>
  inZoo
    .filter(({ model: { capabilities } }) => {
      const isAble = (name: keyof Capabilities) => capabilities[name] !== undefined;
      return isAble(capability) && !before.some(isAble);
    })
    .map(({ name }) => name);
const samplers = able("sample");
const translators = able("translate", "sample");
const ofAttributes = inZoo
  .filter(({ model: { capabilities } }) => capabilities.translate?.by === "attributes")
  .map(({ name }) => name);
const ofDomains = translators.filter((name) => !ofAttributes.includes(name));
const assemblers = able("assemble", "sample");
const classifiers = able("encode", "sample", "translate", "assemble");

test("every run of the zoo is tried", () => {
  const tried = [...samplers, ...ofDomains, ...ofAttributes, ...assemblers, ...classifiers];
  expect(tried.sort()).toEqual(zooNames().sort());
});

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

/** What there is to ask for, and how much of a picture is not background. */
const KINDS = {
  digits: { caption: "a thick white zero, centre", background: 0, ink: [0.05, 0.3] },
  emoji: { caption: "grinning face", background: 1, ink: [0.15, 0.6] },
  shapes: { caption: "a large white square, centre", background: 0, ink: [0.1, 0.4] },
} as const;
const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
/** Runs that name no kind draw digits. */
const kindOf = (name: string) => kinds.find((kind) => name.endsWith(`-${kind}`)) ?? "digits";

test.each(samplers)("zoo:%s draws images that are neither empty nor full", async (name) => {
  const run = await open(name, "samples.png");
  const { caption, background, ink } = KINDS[kindOf(name)];
  const readsWords = run.model.model.conditionedOn?.includes("caption");
  const condition = readsWords ? { caption: [caption] } : {};
  const { pixelsUnit } = await sample(run.model, { count: 32, seed: 1, condition });
  await run.close();
  const drawn = pixelsUnit.reduce((sum, value) => sum + Math.abs(value - background), 0);
  expect(drawn / pixelsUnit.length).toBeGreaterThan(ink[0]);
  expect(drawn / pixelsUnit.length).toBeLessThan(ink[1]);
});

test.each(ofDomains)("zoo:%s changes images, and brings them nearly back", async (name) => {
  const run = await open(name, "translations.png");
  const { height, width } = run.data;
  const digits = await loadDataset("digits", { split: "test" });
  const set = resizeSet(digits, { height, width, fit: "fill" });
  const [first, second] = run.data.annotations.class?.names ?? [];
  const there = (images: ImageSet, to: string) =>
    translate(run.model, images, targetsFor(run.model, images, { class: to }));
  const { pixelsUnit: source } = await readImages(set);
  const translated = await there(set, first);
  const returned = await there(arraySet(set, translated.pixelsUnit), second);
  await run.close();
  const error = (pixels: Float32Array) =>
    pixels.reduce((sum, value, at) => sum + Math.abs(value - source[at]), 0) / source.length;
  expect(error(translated.pixelsUnit)).toBeGreaterThan(0.05);
  expect(error(returned.pixelsUnit)).toBeLessThan(error(translated.pixelsUnit) / 2);
});

test.each(ofAttributes)(
  "zoo:%s gives faces what is asked, and leaves the rest",
  async (name) => {
    const run = await open(name, "translations.png");
    const cacheDir = await mkdtemp(join(tmpdir(), "figment-zoo-"));
    const avatars = `avatars:size=${run.data.height}:count=1`;
    const whole = await loadDataset(avatars, { split: "test", cacheDir });
    const images = subset(whole, [...Array(40).keys()]);
    for (const asked of [{ glasses: 1 }, { "long hair": 1 }, { "grey hair": 1 }]) {
      const targets = targetsFor(run.model, images, { attributes: asked });
      const translated = await translate(run.model, images, targets);
      const figures = await counterfactualFigures(images, translated, asked);
      expect(figures?.reached.share, JSON.stringify(asked)).toBeGreaterThan(0.9);
      expect(figures?.othersUnchanged?.share, JSON.stringify(asked)).toBeGreaterThan(0.9);
    }
    await run.close();
    await rm(cacheDir, { recursive: true });
  },
  120_000,
);

test.each(assemblers)("zoo:%s draws a whole that keeps its patches", async (name) => {
  const run = await open(name, "assembled.png");
  const images = scoredImages();
  const made = await reassembled(run.model, images, { draws: 1, seed: 0 });
  const figures = assemblyFigures(run.model, await readImages(images), made);
  const { patchError, otherPatchError, key } = figures;
  expect(patchError.mean).toBeLessThan(otherPatchError.mean / 3);
  if (key === undefined) {
    const { model, greedy } = puzzleFigures(run.model, made);
    expect(model.direct.low).toBeGreaterThan(greedy.direct.high);
  } else if (run.data.source === images.source) {
    // A mask lays pieces out as the images are that the run has learned.
    expect(key.maskIou.mean).toBeGreaterThan(0.5);
  }
  await run.close();
});

test.each(classifiers)("zoo:%s gives features and probabilities of classes", async (name) => {
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

test.each(Object.entries(stored.nllNats))(
  `zoo:%s scores images as it did at commit ${stored.versions.commit}`,
  async (name, expected) => {
    const run = await openRun(`zoo:${name}`, { host: "inline" });
    const { value } = await score(run.model, scoredImages(), { seed: 0, preview: true });
    await run.close();
    expect(Math.abs(value - expected)).toBeLessThan(1e-6 * expected);
  },
);

test("zoo:classifier-mnist reads the stored test images, though they are binary", async () => {
  const run = await openRun("zoo:classifier-mnist", { host: "inline" });
  const images = scoredImages();
  const found = likeliestClasses(await classify(run.model, images));
  await run.close();
  const hits = found.filter((label, image) => label === Number(stored.classes[image])).length;
  expect(hits / stored.count).toBeGreaterThan(0.97);
});

test("zoo:dae-mnist repairs the stored test images better than the best Gaussian filter", async () => {
  const run = await openRun("zoo:dae-mnist", { host: "inline" });
  const images = scoredImages();
  const clean = await readImages(images);
  const noisy = await corruptImages(run.model, images, { kind: "gaussian", level: 0.5 });
  const repaired = await denoise(run.model, inMemory(noisy.pixelsUnit, noisy.count));
  await run.close();
  const filtered = bestGaussianFilter(noisy, clean).images;
  expect(psnr(repaired, clean)).toBeGreaterThan(psnr(filtered, clean) + 1);
});
