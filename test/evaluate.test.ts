import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError, RunError, UnavailableError } from "../src/core/index.js";
import { hashOf } from "../src/core/part.js";
import { readImages } from "../src/data/image-set.js";
import { loadDataset, saveImage, writeNpy } from "../src/data/index.js";
import {
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  neighbours,
  openRun,
  trainRun,
} from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";

/*
 * The embedded digits: 1,437 of training and 360 of test, 8 × 8 pixels. Judged sets are made from them by
 * changes whose effect is known, and are compared by raw pixels unless a test is about an extractor.
 */

const COUNT = 360;
const SIZE = 64;
const device = { host: "inline", threads: 1 } as const;

let folder: string;
let test360: Float32Array;
let training: Float32Array;
const at = (name: string) => join(folder, name);

async function save(name: string, pixels: Float32Array, shape = [1, 8, 8]): Promise<string> {
  const size = shape.reduce((product, side) => product * side, 1);
  await writeNpy(at(name), pixels, [pixels.length / size, ...shape]);
  return at(name);
}

const judge = async (file: string, options: EvaluateOptions = {}): Promise<Evaluation> => {
  const defaults = { ...device, real: "digits", extractor: "pixels" };
  const [evaluation] = await evaluate([file], { ...defaults, ...options });
  return evaluation;
};

function figureOf({ figures }: Evaluation, name: string): number {
  const found = figures.find(({ figure }) => figure === name);
  if (found === undefined) throw new Error(`no figure "${name}"`);
  return found.value;
}

function floorOf({ figures }: Evaluation, name: string): number {
  return figures.find(({ figure }) => figure === name)?.floor ?? Number.NaN;
}

const clip = (value: number) => Math.min(1, Math.max(0, value));

function noisy(pixels: Float32Array, share: number): Float32Array {
  const noise = new Float32Array(pixels.length);
  stream(1, "noise").normal(noise);
  return pixels.map((value, index) => clip(value + share * noise[index]));
}

/** Each pixel between itself and the mean of its four neighbours, as many times as told. */
function blurred(pixels: Float32Array, times: number): Float32Array {
  let values = pixels;
  for (let pass = 0; pass < times; pass++) {
    const before = values;
    values = before.map((value, index) => {
      const [row, column] = [(index >> 3) & 7, index & 7];
      const near =
        (row > 0 ? before[index - 8] : 0) +
        (row < 7 ? before[index + 8] : 0) +
        (column > 0 ? before[index - 1] : 0) +
        (column < 7 ? before[index + 1] : 0);
      return value / 2 + near / 8;
    });
  }
  return values;
}

/** Training digits in another order than the floor's: as they come, they are sorted by writer. */
function someTraining(): Float32Array {
  const chosen = stream(9, "copies")
    .permutation(training.length / SIZE)
    .subarray(0, COUNT);
  const pixels = new Float32Array(COUNT * SIZE);
  chosen.forEach((position, index) => {
    pixels.set(training.subarray(position * SIZE, (position + 1) * SIZE), index * SIZE);
  });
  return pixels;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-evaluate-"));
  process.env.FIGMENT_CACHE = at("cache");
  test360 = (await readImages(await loadDataset("digits", { split: "test" }))).pixelsUnit;
  const train = await loadDataset("digits", { split: "train" });
  training = (await readImages(train)).pixelsUnit;
  const common = { ...device, data: train, seed: 1 };
  const config = { hidden: [24], latent: 4 };
  await trainRun({ ...common, model: "vae", config, training: { steps: 60 }, out: at("vae") });
  await trainRun({
    ...common,
    model: "classifier",
    config: { architecture: "mlp" },
    training: { steps: 60 },
    out: at("classes"),
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("distances to the held-out digits", () => {
  const metrics = ["fd", "kd", "prdc"];

  test("rise with noise and with blur", async () => {
    for (const [name, degrade] of [
      ["noise", (level: number) => noisy(test360, 0.15 * level)],
      ["blur", (level: number) => blurred(test360, level)],
    ] as const) {
      const files: string[] = [];
      for (const level of [0, 1, 2, 4]) {
        files.push(await save(`${name}-${level}.npy`, degrade(level)));
      }
      const found = await evaluate(files, {
        ...device,
        real: "digits",
        extractor: "pixels",
        metrics,
      });
      for (const figure of ["Fréchet distance", "kernel distance"]) {
        const values = found.map((evaluation) => figureOf(evaluation, figure));
        expect(values, `${figure} with ${name}`).toEqual([...values].sort((a, b) => a - b));
        expect(new Set(values).size).toBe(4);
      }
      const precision = found.map((evaluation) => figureOf(evaluation, "precision"));
      if (name === "noise") expect(precision[3]).toBeLessThan(precision[0] / 2);
    }
  }, 180_000);

  test("of other real digits are about the floor, and of the same ones nothing", async () => {
    const others = await judge(await save("others.npy", someTraining()), { metrics });
    for (const figure of ["Fréchet distance", "precision", "recall", "density"]) {
      const ratio = figureOf(others, figure) / floorOf(others, figure);
      expect(ratio, figure).toBeGreaterThan(0.75);
      expect(ratio, figure).toBeLessThan(1.33);
    }
    const same = await judge(await save("same.npy", test360), { metrics });
    // Floats are rounded to 256 levels, which moves sixteenths by at most half a level.
    expect(figureOf(same, "Fréchet distance")).toBeLessThan(SIZE / 510 ** 2);
    expect(figureOf(same, "precision")).toBe(1);
    expect(floorOf(same, "Fréchet distance")).toBe(floorOf(others, "Fréchet distance"));
  });
});

test("copies of training images are caught, though their distance is as good as that of fresh ones", async () => {
  const copies = await judge(await save("copies.npy", someTraining()));
  expect(figureOf(copies, "copies")).toBeGreaterThan(0.95);
  expect(figureOf(copies, "AuthPct")).toBe(0);
  expect(figureOf(copies, "C_T")).toBeLessThan(-3);
  expect(figureOf(copies, "Fréchet distance")).toBeLessThan(
    1.25 * floorOf(copies, "Fréchet distance"),
  );
  // Held-out digits are the floor: hardly any counts as a copy.
  expect(floorOf(copies, "copies")).toBeLessThan(0.2);
  expect(floorOf(copies, "AuthPct")).toBeGreaterThan(50);
  expect(copies.protocol["training images searched"]).toBe("1437 of 1437");
});

describe("a run", () => {
  test("is judged with its protocol, and a classifier adds the Inception Score", async () => {
    const options = { ...device, extractor: at("classes"), count: 100, seed: 4 };
    const [found] = await evaluate([at("vae")], options);
    const run = await openRun(at("classes"), device);
    const sha256 = await hashOf(await run.model.values());
    await run.close();
    expect(found.protocol).toMatchObject({
      model: "vae",
      step: 60,
      weights: "not averaged",
      pixels: "means",
      "generated images": 100,
      "real images": 100,
      "real set": "digits",
      split: "test",
      "images of the floor": 100,
      extractor: at("classes"),
      "extractor sha256": sha256,
      resize: "none",
      seed: 4,
    });
    expect(found.protocol.version).toMatch(/^\d+\.\d+\.\d+/);
    const score = figureOf(found, "Inception Score");
    expect(score).toBeGreaterThanOrEqual(1);
    expect(score).toBeLessThan(floorOf(found, "Inception Score"));
    expect(found.figures.map(({ metric }) => metric)).toContain("memorisation");
    const [again] = await evaluate([at("vae")], options);
    expect(again).toEqual(found);
    const [other] = await evaluate([at("vae")], { ...options, seed: 5 });
    expect(other.figures).not.toEqual(found.figures);
  });

  test("of copies finds them among all training images, which a few of those are compared with", async () => {
    const copies = await save("copies.npy", training.slice(-300 * SIZE));
    const options = { split: "train", count: 100, metrics: ["memorisation"] } as const;
    const found = await judge(copies, options);
    expect(figureOf(found, "copies")).toBe(1);
    expect(found.protocol["training images searched"]).toBe("1437 of 1437");
  });

  test("of too few images for the features comes with a warning", async () => {
    const few = await evaluate([at("vae")], { ...device, extractor: "pixels", count: 50 });
    expect(few[0].cautions.join()).toMatch(/50 images are no more than the 64 features/);
    const [random] = await evaluate([at("vae")], {
      ...device,
      extractor: "random",
      metrics: ["fd"],
    });
    expect(random.protocol["extractor sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(figureOf(random, "Fréchet distance")).toBeGreaterThan(
      floorOf(random, "Fréchet distance"),
    );
  });

  test("shows the training images nearest to its samples", async () => {
    const options = { ...device, count: 3, nearest: 4, extractor: "pixels", seed: 2 };
    const {
      images,
      positions,
      distances,
      training: searched,
    } = await neighbours(at("vae"), options);
    expect(searched).toBe(1437);
    expect(images.count).toBe(15);
    const image = (index: number) => images.pixelsUnit.subarray(index * SIZE, (index + 1) * SIZE);
    for (let row = 0; row < 3; row++) {
      const sample = image(row * 5);
      const distanceTo = (position: number) =>
        Math.hypot(...sample.map((v, i) => v - training[position * SIZE + i]));
      const all = Array.from({ length: 1437 }, (_, position) => distanceTo(position));
      const expected = [...all].sort((a, b) => a - b).slice(0, 4);
      expected.forEach((distance, rank) => {
        expect(distances[row * 4 + rank]).toBeCloseTo(distance, 5);
        const position = positions[row * 4 + rank];
        expect(image(row * 5 + 1 + rank)).toEqual(
          training.subarray(position * SIZE, (position + 1) * SIZE),
        );
      });
    }
  });
});

test("images of another size are resized where that is asked for, and the result says how", async () => {
  const large = new Float32Array(COUNT * 256);
  for (let index = 0; index < large.length; index++) {
    const [image, row, column] = [index >> 8, (index >> 4) & 15, index & 15];
    large[index] = test360[image * SIZE + (row >> 1) * 8 + (column >> 1)];
  }
  const file = await save("large.npy", large, [1, 16, 16]);
  await expect(judge(file)).rejects.toThrow(/--resize/);
  const found = await judge(file, { resize: true, metrics: ["fd"] });
  expect(found.protocol.resize).toMatch(/16×16 and 8×8 to 8×8, triangle filter, antialiased/);
});

describe("before any work, a clear error meets", () => {
  const refuse = async (
    file: string,
    kind: new (...args: never[]) => Error,
    message: RegExp,
    options: EvaluateOptions = {},
  ) => {
    const begun: string[] = [];
    const onProgress = ({ label }: { label: string }) => void begun.push(label);
    const attempt = judge(file, { ...options, onProgress });
    await expect(attempt).rejects.toThrow(kind);
    await expect(attempt).rejects.toThrow(message);
    expect(begun.filter((label) => label.includes(file))).toEqual([]);
  };

  test("ten images", async () => {
    const file = await save("ten.npy", test360.subarray(0, 10 * SIZE));
    await refuse(file, DataError, /10 images are too few/);
    await refuse(at("vae"), DataError, /5 images are too few/, { count: 5 });
  });

  test("real images that are all alike", async () => {
    const real = await save("one-colour.npy", new Float32Array(COUNT * SIZE).fill(0.5));
    await refuse(await save("any.npy", test360), DataError, /all look alike/, { real });
  });

  test("NaN among the pixels", async () => {
    const pixels = test360.slice();
    pixels[7 * SIZE] = Number.NaN;
    await refuse(await save("nan.npy", pixels), DataError, /image 7 has missing pixels/);
  });

  test("other channels, which do as well as grey where they are brought to it", async () => {
    const grey = test360.subarray(0, 30 * SIZE);
    const repeated = Float32Array.from(
      { length: 3 * grey.length },
      (_, at) => grey[Math.floor(at / (3 * SIZE)) * SIZE + (at % SIZE)],
    );
    const colour = await save("colour.npy", repeated, [3, 8, 8]);
    await refuse(colour, DataError, /the channels differ.*--channels 1 or 3/);
    const asGrey = await judge(colour, { channels: 1 });
    const same = await judge(await save("grey.npy", grey));
    expect(figureOf(asGrey, "Fréchet distance")).toBe(figureOf(same, "Fréchet distance"));
    expect(asGrey.protocol.channels).toBe("all brought to 1");
  });

  test("an empty folder, a corrupt file, nothing at all", async () => {
    await mkdir(at("empty"));
    await refuse(at("empty"), DataError, /empty/);
    await mkdir(at("corrupt"));
    await saveImage(at("corrupt/a.png"), new Float32Array(SIZE), {
      channels: 1,
      height: 8,
      width: 8,
    });
    await writeFile(at("corrupt/b.png"), "not a picture");
    await refuse(at("corrupt"), DataError, /b\.png/);
    await refuse(at("nowhere"), DataError, /nowhere/);
    await expect(evaluate([])).rejects.toThrow(ConfigError);
  });

  test("metrics and extractors that do not exist or do not fit", async () => {
    const file = await save("fine.npy", test360);
    await refuse(file, ConfigError, /did you mean "prdc"/, { metrics: ["prdx"] });
    await refuse(file, ConfigError, /needs an extractor that classifies/, { metrics: ["is"] });
    await refuse(file, ConfigError, /take the split test or train/, {
      real: file,
      split: "all",
      metrics: ["memorisation"],
    });
    await refuse(file, RunError, /nothing-here/, { extractor: at("nothing-here") });
    await refuse(at("classes"), UnavailableError, /has no "sample"/);
    await expect(evaluate([file], device)).rejects.toThrow(/--real/);
  });
});
