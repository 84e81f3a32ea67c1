import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../src/core/index.js";
import { readImages } from "../src/data/image-set.js";
import { arraySet, loadDataset, writeNpy } from "../src/data/index.js";
import { comparisons } from "../src/metrics/comparison/registry.js";
import { realCondition } from "../src/runs/evaluation/condition.js";
import {
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  openRun,
  trainRun,
} from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";

/*
 * What evaluate adds to the metrics: every one by its name, intervals, draws, features that are kept, known
 * densities, and conditions. The metrics themselves are tested beside their source.
 */

const device = { host: "inline", threads: 1 } as const;
let folder: string;
const at = (name: string) => join(folder, name);
const load = () => ({ cacheDir: at("cache") });

const judge = async (reference: string, options: EvaluateOptions = {}): Promise<Evaluation> => {
  const [found] = await evaluate([reference], { ...device, load: load(), ...options });
  return found;
};

function figureOf({ figures }: Evaluation, name: string) {
  const found = figures.find(({ figure }) => figure === name);
  if (found === undefined) throw new Error(`no figure "${name}"`);
  return found;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-evaluate-metrics-"));
  const digits = await loadDataset("digits", { split: "train" });
  const common = { ...device, data: digits, seed: 1 };
  await trainRun({
    ...common,
    model: "vae",
    config: { hidden: [24], latent: 4 },
    training: { steps: 60 },
    out: at("vae"),
  });
  await trainRun({
    ...common,
    model: "classifier",
    config: { architecture: "mlp" },
    training: { steps: 100 },
    out: at("classes"),
  });
  await trainRun({
    ...common,
    model: "gaussian",
    config: { conditional: true, covariance: "diagonal" },
    out: at("by-class"),
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every metric has its figures, intervals and floor by its name", async () => {
  const size = 16;
  const images = await loadDataset("digits", { split: "test", size });
  const file = at("large.npy");
  await writeNpy(file, (await readImages(images)).pixelsUnit, [images.count, 1, size, size]);
  // MS-SSIM needs 11 pixels a side, more than the digits have.
  // No judges read digits without captions.
  const others = ["plane", "ms-ssim", "aspects"];
  const names = Object.keys(comparisons).filter((name) => !others.includes(name));
  const options = { extractor: at("classes"), count: 200, metrics: names };
  const found = await judge(at("vae"), options);
  expect([...new Set(found.figures.map(({ metric }) => metric))]).toEqual(names);
  const diverse = await judge(file, { real: file, split: "all", metrics: ["ms-ssim"] });
  expect(figureOf(diverse, "MS-SSIM").value).toBe(figureOf(diverse, "MS-SSIM").floor);
  const without = ["R² of its line", "modes found", "Parzen bandwidth"];
  for (const { figure, value, interval } of found.figures) {
    if (without.includes(figure)) expect(interval, figure).toBeUndefined();
    else {
      expect(interval?.low, figure).toBeLessThanOrEqual(value);
      expect(interval?.high, figure).toBeGreaterThanOrEqual(value);
    }
  }
  for (const { figure, floor } of found.figures) {
    const isLikelihood = figure === "NLL, nats" || figure === "bits/dim";
    if (isLikelihood) expect(floor).toBeNull();
    else {
      expect(floor, figure).toBeTypeOf("number");
    }
  }
  expect(figureOf(found, "NLL, nats").kind).toBe("bound");
  expect(found.protocol["scored images"]).toBe("200 of digits, test, 1×8×8, not binarised");
  expect(found.cautions.join()).toMatch(/Parzen windows are neither near the true likelihood/);
});

test("large images are compared by few features, and a covariance of many is refused", async () => {
  const file = at("wide.npy");
  const pixels = new Float32Array(40 * 3 * 64 * 64);
  stream(1, "wide").uniform(pixels);
  await writeNpy(file, pixels, [40, 3, 64, 64]);
  const options = { real: file, split: "all" } as const;
  const found = await judge(file, { ...options, metrics: ["fd"] });
  expect(found.protocol.extractor).toBe("random, seed 0");
  expect(figureOf(found, "Fréchet distance").value).toBeLessThan(1e-9);
  for (const metric of ["fd", "fd-infinity"]) {
    const refused = judge(file, { ...options, metrics: [metric], extractor: "pixels" });
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(/at most 4096 features.*12288.*--extractor random/);
  }
});

test("modes are counted among all classes of a set, whichever the images compared with show", async () => {
  const digits = await loadDataset("digits", { split: "train" });
  const labels = digits.annotations?.class?.values ?? new Int32Array();
  const each = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((digit) => {
    const first = labels.indexOf(digit);
    return [first, labels.indexOf(digit, first + 1)];
  });
  const file = at("each.npy");
  await writeNpy(file, (await readImages(digits, each)).pixelsUnit, [20, 1, 8, 8]);
  // Twenty test digits by chance lack some of the ten.
  const options = { real: "digits", extractor: at("classes"), metrics: ["modes"], count: 20 };
  const found = await judge(file, options);
  expect(figureOf(found, "modes found").of).toBe(10);
  expect(figureOf(found, "KL of modes").value).toBeLessThan(1);
  expect(figureOf(found, "KL of modes").interval?.high).toBeLessThan(2);
});

test("several draws give their mean and standard deviation", async () => {
  const options = { extractor: "pixels", metrics: ["fd", "prdc"], count: 200, seed: 3 };
  const drawn = await judge(at("vae"), { ...options, repeat: 3 });
  const single = await Promise.all(
    [3, 4, 5].map((seed) => judge(at("vae"), { ...options, seed, count: 200 })),
  );
  const { draws, value, interval } = figureOf(drawn, "Fréchet distance");
  expect(draws?.values[0]).toBe(figureOf(single[0], "Fréchet distance").value);
  expect(new Set(draws?.values).size).toBe(3);
  const [a, b, c] = draws?.values ?? [];
  expect(value).toBeCloseTo((a + b + c) / 3, 10);
  expect(draws?.standardDeviation).toBeCloseTo(
    Math.sqrt([a, b, c].reduce((sum, one) => sum + (one - value) ** 2, 0) / 2),
    10,
  );
  expect(interval).toBeUndefined();
  expect(drawn.protocol.seed).toBe("3 to 5");
  await expect(judge(at("vae"), { repeat: 0 })).rejects.toThrow(ConfigError);
});

test("the Inception Score of several draws has no spread, which is that of one draw's splits", async () => {
  const options = { extractor: at("classes"), metrics: ["is"], count: 40 };
  expect(figureOf(await judge(at("vae"), options), "Inception Score").spread).toBeTypeOf("number");
  const drawn = figureOf(await judge(at("vae"), { ...options, repeat: 2 }), "Inception Score");
  expect(drawn.draws?.values).toHaveLength(2);
  expect(drawn).not.toHaveProperty("spread");
});

test("too few images to extrapolate from are refused before any is drawn", async () => {
  const labels: string[] = [];
  const onProgress = ({ label }: { readonly label: string }) => void labels.push(label);
  const options = { extractor: "pixels", metrics: ["fd-infinity"], onProgress };
  const few = judge(at("vae"), { ...options, count: 25 });
  await expect(few).rejects.toThrow(ConfigError);
  await expect(few).rejects.toThrow(/needs 30 images of .*vae, and there are 25: raise --count/);
  const pixels = (await readImages(await loadDataset("digits"))).pixelsUnit;
  const file = at("few.npy");
  await writeNpy(file, pixels.subarray(0, 250 * 64), [250, 1, 8, 8]);
  const floor = judge(at("vae"), { ...options, real: file, split: "train" });
  await expect(floor).rejects.toThrow(/30 images of the floor \(few.npy, test\), and there are 25/);
  expect(labels).toEqual([]);
});

describe("features of real images", () => {
  const options = { extractor: "random", metrics: ["fd"], count: 100 };
  const kept = async () => {
    const names = await readdir(at("kept/features"));
    return names.map((name) => at(`kept/features/${name}`)).sort();
  };

  test("are kept, told of, and give the same bits; a damaged file is made again", async () => {
    const notes: string[] = [];
    const with_ = (onNote: (note: string) => void) => ({
      ...options,
      load: { cacheDir: at("kept"), onNote },
    });
    const first = await judge(
      at("vae"),
      with_(() => undefined),
    );
    const files = await kept();
    expect(files).toHaveLength(2);
    const before = await Promise.all(files.map((file) => readFile(file)));
    const second = await judge(
      at("vae"),
      with_((note) => void notes.push(note)),
    );
    expect(second).toEqual(first);
    expect(notes.filter((note) => note.includes("taken from"))).toHaveLength(2);

    const damaged = Buffer.from(before[0]);
    damaged[damaged.length - 9] ^= 1;
    await writeFile(files[0], damaged);
    await writeFile(files[1], before[1].subarray(0, 100));
    expect(
      await judge(
        at("vae"),
        with_(() => undefined),
      ),
    ).toEqual(first);
    expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);

    await judge(at("vae"), { ...with_(() => undefined), seed: 1 });
    expect((await kept()).length).toBe(4);
  });

  test("that cannot be kept are no failure", async () => {
    const notes: string[] = [];
    await writeFile(at("a-file"), "");
    const onNote = (note: string) => void notes.push(note);
    await judge(at("vae"), { ...options, load: { cacheDir: at("a-file"), onNote } });
    expect(notes.join()).toMatch(/not kept for the next time/);
  });
});

test("a model of the known density is exactly at it, and another is not", async () => {
  const train = await loadDataset("grid:count=20000", { split: "train" });
  const common = { ...device, data: train, model: "gmm", seed: 0 };
  const fit = { covariance: "spherical", reg: 1e-9, tolerance: 1e-7 };
  const centres = [0.1, 0.3, 0.5, 0.7, 0.9];
  const means = centres.flatMap((x) => centres.flatMap((y) => [x, y]));
  const good = { ...fit, components: 25, init: "given", means };
  await trainRun({ ...common, config: good, out: at("grid"), training: { epochs: 20 } });
  const bad = { ...fit, components: 24, init: "given", means: means.slice(2) };
  await trainRun({ ...common, config: bad, out: at("grid-24"), training: { epochs: 1 } });
  const found = await judge(at("grid"), { count: 2000 });
  // 20,000 points leave errors of about parameters / (2 · points) = 75 / 40,000.
  expect(figureOf(found, "exact KL").value).toBeLessThan(0.004);
  expect(figureOf(found, "exact reverse KL").value).toBeLessThan(0.004);
  expect(figureOf(found, "exact JSD").value).toBeLessThan(0.001);
  expect(figureOf(found, "modes found")).toMatchObject({ value: 25, of: 25, floor: 25 });
  expect(figureOf(found, "within 3σ of a mode").value).toBeCloseTo(0.9889, 1);
  const cells = figureOf(found, "JSD by cells");
  expect(cells.value / (cells.floor ?? 0)).toBeLessThan(1.3);
  expect(found.protocol.quantisation).toBe("none");
  const worse = await judge(at("grid-24"), { count: 2000 });
  expect(figureOf(worse, "exact KL").value).toBeGreaterThan(0.02);
}, 120_000);

test("a conditional run draws classes as often as the data has them", async () => {
  const run = await openRun(at("by-class"), device);
  try {
    const classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    const place = { name: "skewed", source: "skewed", split: "train" };
    const values = Int32Array.from({ length: 400 }, (_, image) => (image % 4 === 0 ? 3 : 7));
    const shape = { channels: 1, height: 8, width: 8 };
    const annotations = { class: { names: classes, values } };
    const skewed = arraySet({ ...place, ...shape, annotations }, new Float32Array(400 * 64));
    const { condition, told } = realCondition(run.model, skewed, 400, 0);
    const drawn = condition?.class ?? [];
    expect(drawn.filter((one) => one === 3)).toHaveLength(100);
    expect(drawn.filter((one) => one === 7)).toHaveLength(300);
    expect(told).toBe("class of real images (skewed, train)");
    const other = { class: { names: ["a", "b"], values: new Int32Array(400) } };
    const unlike = arraySet({ ...place, ...shape, annotations: other }, new Float32Array(25_600));
    expect(realCondition(run.model, unlike, 400, 0).told).toMatch(/every class equally often/);
  } finally {
    await run.close();
  }
  const found = await judge(at("by-class"), { extractor: "pixels", metrics: ["fd"], count: 100 });
  expect(found.protocol.conditions).toBe("class of real images (digits, train)");
});
