import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readImages } from "../src/data/image-set.js";
import { loadDataset } from "../src/data/load-dataset.js";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { readRun } from "../src/training/run-directory.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const ESCAPE = "\u001b";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves once stderr has this text. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the real command line as a child process without a terminal. */
function start(args: readonly string[], env: Environment = {}): Running {
  return watch(process.execPath, [main, ...args], env);
}

function watch(program: string, args: readonly string[], env: Environment): Running {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env } });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const ended = new Promise<Ended>((settle, fail) => {
    child.on("error", fail);
    child.on("close", (code) => settle({ code, ...texts }));
  });
  return {
    ended,
    says: (text) =>
      new Promise((settle, fail) => {
        const look = () => texts.stderr.includes(text) && settle();
        child.stderr.on("data", look);
        child.on("close", () => fail(new Error(`it ended without "${text}": ${texts.stderr}`)));
        look();
      }),
    kill: (signal) => child.kill(signal),
  };
}

const figment = (...args: readonly string[]) => start(args).ended;

/** Runs a command that must succeed, without escape codes on either stream. */
async function done(...args: readonly string[]): Promise<Ended> {
  const ended = await figment(...args);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(ended.stdout + ended.stderr).not.toContain(ESCAPE);
  return ended;
}

/** The document that a command prints with --json. */
async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await done("--json", ...args);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return JSON.parse(stdout);
}

const tiny = ["--set", "hidden=32", "--set", "latent=3", "--threads", "1"];

/** A model in the output of `figment models --json`. */
interface ModelLine {
  readonly id: string;
  readonly config: readonly { readonly key: string; readonly description: string }[];
}

describe("what there is", () => {
  test("help names every command; a command's help and the version are on stdout", async () => {
    const { stdout } = await done("--help");
    for (const name of ["models", "data", "train", "sample", "score", "export", "traverse"]) {
      expect(stdout).toContain(`  ${name} `);
    }
    expect((await done("sample", "--help")).stdout).toContain("--temperature <x>");
    expect((await done("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("the help of train shows every key of a model with default and meaning", async () => {
    const { stdout } = await done("train", "vae", "--help");
    const all: { id: string }[] = JSON.parse((await done("models", "--json")).stdout);
    const model = all.find(({ id }) => id === "vae") as ModelLine;
    expect(model).toMatchObject({ id: "vae", density: "bound", family: "variational" });
    for (const { key, description } of model.config) {
      expect(stdout).toMatch(new RegExp(`^ +${key} .+`, "m"));
      expect(stdout).toContain(description);
    }
  });

  test("data says what is on this machine and how to fetch what is not", async () => {
    const ended = await start(["data"], { FIGMENT_CACHE: join(folder, "no-cache") }).ended;
    expect(ended.stdout).toMatch(/digits .+ yes/);
    expect(ended.stdout).toContain("figment data get mnist");
  });
});

describe("bad usage exits with 2 and one message that suggests what was meant", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["trian", 'did you mean "train"?'],
    ["sample runs/x --sed 3", 'did you mean "--seed" or "--set"?'],
    ["sample", "missing required argument 'run'"],
    ["sample zoo:no-such-run", 'the zoo has no run "no-such-run"'],
    ["sample x -n 0", "whole number ≥ 1"],
    ["sample x --temperature -1", "number ≥ 0"],
    ["sample x --out picture.gif", "a .png (a grid) or a .npy (an array)"],
    ["train", "name the model to train: table, "],
    ["train vea", 'did you mean "vae"?'],
    ["train vea --help", 'did you mean "vae"?'],
    ["train vae --data digist", 'did you mean "digits"?'],
    ["train vae --set latnet=3", 'did you mean "latent"?'],
    ["train vae --set latent=0", "integer ≥ 1"],
    ["train vae --set latent", "key=value"],
    ["train vae --epochs 1 --steps 1", "epochs and steps"],
    ["train vae --schedule cosin", "schedules are"],
    ["train vae --batch 5000", "choose at most"],
    ["train vae --binarisation sometimes", "none, fixed, dynamic"],
    ["data gett", 'did you mean "get"?'],
    ["data get digist", 'did you mean "digits"?'],
  ];
  test.concurrent.each(cases)("figment %s", async (line, message) => {
    const { code, stdout, stderr } = await figment(...line.split(" "));
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await readdir(folder)).not.toContain("runs");
  });

  test("--debug shows where, --json leaves a document", async () => {
    const debug = await figment("train", "vea", "--debug");
    expect(debug.stderr).toMatch(/^ +at /m);
    const { code, stdout } = await figment("train", "vea", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: "ConfigError" } });
  });
});

describe("classes", () => {
  beforeAll(async () => {
    const settings = ["--set", "channels=8,16", "--set", "hidden=16", "--threads", "1"];
    await done("train", "classifier", ...settings, "--steps", "60", "--out", "runs/digits");
    await done("train", "gaussian", "--set", "conditional=true", "--out", "runs/densities");
    await done("train", "gaussian", "--out", "runs/all");
    await mkdir(join(folder, "fashion", "shirt"), { recursive: true });
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "white" } })
      .toColourspace("b-w")
      .png()
      .toFile(join(folder, "fashion", "shirt", "1.png"));
    const { pixelsUnit } = await readImages(await loadDataset("digits", { split: "test" }), [0, 1]);
    await writeNpy(join(folder, "two.npy"), pixelsUnit, [2, 1, 8, 8]);
  }, 60_000);

  test("of a data set: accuracy, a table, confusions and calibration, as picture and table", async () => {
    const found = await json(
      ...["classify", "runs/digits", "--picture", "confusions.svg", "--out", "classes.csv"],
    );
    expect(found).toMatchObject({ images: 360, count: 360, method: "output of the model" });
    const { accuracy, matrix, perClass, confused, interval, calibration, nllNats } = found as {
      accuracy: number;
      matrix: number[][];
      perClass: { name: string; count: number }[];
      confused: { count: number }[];
      interval: { low: number; high: number };
      calibration: { expectedError: number };
      nllNats: number;
    };
    const hits = matrix.reduce((sum, row, label) => sum + row[label], 0);
    expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(360);
    expect(accuracy).toBeCloseTo(hits / 360, 12);
    expect(interval.low < accuracy && accuracy < interval.high).toBe(true);
    expect(perClass.map(({ name }) => name)).toEqual([..."0123456789"]);
    expect(confused.reduce((sum, { count }) => sum + count, 0)).toBe(360 - hits);
    expect(calibration.expectedError).toBeLessThan(0.5);
    expect(nllNats).toBeLessThan(Math.log(10));

    const picture = readFileSync(join(folder, "confusions.svg"), "utf8");
    expect(picture).toMatch(/^<svg/);
    expect(picture).toContain("expected calibration error");
    const [head, ...rows] = readFileSync(join(folder, "classes.csv"), "utf8").trim().split("\n");
    expect(head).toBe(`index,id,actual,class,${[..."0123456789"].map((k) => `p(${k})`)}`);
    const cells = rows.map((row) => row.split(","));
    expect(cells.filter(([, , actual, given]) => actual === given)).toHaveLength(hits);
    for (const [, , , , ...probs] of cells) {
      expect(probs.reduce((sum, value) => sum + Number(value), 0)).toBeCloseTo(1, 5);
    }
    const { stdout } = await done("classify", "runs/digits");
    expect(stdout).toContain(`${(100 * accuracy).toFixed(2)} % of 360 images`);
    expect(stdout).toMatch(/^class +images +precision +recall/m);
    expect(stdout).toContain("most confused");
  });

  test("of files without classes: what each is", async () => {
    const found = await json("classify", "runs/digits", "two.npy", "--out", "two.csv");
    expect(found).not.toHaveProperty("accuracy");
    const predictions = found.predictions as { id: string; class: string; probability: number }[];
    expect(predictions.map(({ id }) => id)).toEqual([
      expect.stringMatching(/two\.npy\[0\]$/),
      expect.stringMatching(/two\.npy\[1\]$/),
    ]);
    const { stdout } = await done("classify", "runs/digits", "two.npy");
    const [first] = predictions;
    expect(stdout).toMatch(
      new RegExp(`two\\.npy\\[0\\] +${first.class} +${first.probability.toFixed(4)}`),
    );
    expect(readFileSync(join(folder, "two.csv"), "utf8")).toMatch(/^index,id,class,p\(0\)/);
  });

  test("of a model with a density for each class", async () => {
    const found = await json("classify", "runs/densities", "--limit", "100");
    expect(found).toMatchObject({ model: "gaussian", images: 100 });
    expect(found.accuracy).toBeGreaterThan(0.9);
    expect(Number.isFinite(found.nllNats)).toBe(true);
  });

  test.each([
    ["runs/digits --picture confusions.gif", 2, "write charts to a .png or a .svg"],
    ["runs/digits --samples 3", 2, "outputs class probabilities"],
    ["runs/digits two.npy --picture confusions.svg", 2, "has none"],
    ["runs/digits --limit 0", 2, "whole number ≥ 1"],
    ["runs/all", 1, "neither outputs class probabilities nor scores images given their class"],
    ["runs/digits --data fashion --split all", 1, 'does not know the class "shirt"'],
    ["runs/digits --data digits --split nowhere", 2, "nowhere"],
  ])("figment classify %s is refused", async (line, code, message) => {
    const ended = await figment("classify", ...line.split(" "));
    expect(ended.stderr).toContain(message);
    expect(ended).toMatchObject({ code, stdout: "" });
  });
});

describe("a run of a likelihood model", () => {
  beforeAll(async () => {
    const data = ["--binarisation", "fixed", "--threads", "1"];
    await done("train", "markov", ...data, "--set", "order=3", "--out", "runs/chain");
    await done("train", "rbm", ...data, "--set", "hidden=9", "--steps", "20", "--out", "runs/rbm");
    await done("train", "gaussian", "--set", "conditional=true", "--out", "runs/classes");
  }, 60_000);

  test("reports how its fit ended", async () => {
    const record = JSON.parse(readFileSync(join(folder, "runs/chain/run.json"), "utf8"));
    expect(record).toMatchObject({ status: "finished", progress: { outcome: "count: 1 pass" } });
  });

  test("refuses options that only gradients have", async () => {
    const { code, stderr } = await figment("train", "markov", "--lr", "0.1", "--out", "runs/no");
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("learningRate has no effect"),
    });
    expect(existsSync(join(folder, "runs/no"))).toBe(false);
  });

  test("completes hidden pixels, by name or by a picture, and keeps the given ones", async () => {
    const named = ["complete", "runs/chain", "-n", "3", "--repeats", "2"];
    expect(await json(...named, "--mask", "left", "--out", "left.png")).toMatchObject({
      count: 3,
      repeats: 2,
      mask: "left",
    });
    const pixels = Buffer.from(Uint8Array.from({ length: 64 }, (_, at) => (at < 24 ? 255 : 0)));
    const mask = sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } });
    await mask.png().toFile(join(folder, "mask.png"));
    await done(...named, "--mask", "mask.png", "--out", "completed.npy");
    const top = ["complete", "runs/chain", "-n", "3", "--mask", "top", "--out", "top.npy"];
    expect((await done(...top)).stdout).toContain("completed by 6 draws of the hidden pixels");
    const [completed, other] = [
      await readNpy(join(folder, "completed.npy")),
      await readNpy(join(folder, "top.npy")),
    ];
    expect(completed.shape).toEqual([6, 1, 8, 8]);
    // Rows 4 to 7 are given in both, so the first completions of each image share them.
    for (let image = 0; image < 3; image++) {
      expect(completed.data.slice(128 * image + 32, 128 * image + 64)).toEqual(
        other.data.slice(384 * image + 32, 384 * image + 64),
      );
    }
    await sharp(pixels, { raw: { width: 16, height: 4, channels: 1 } })
      .png()
      .toFile(join(folder, "wide.png"));
    const wrong = await figment(...named, "--mask", "wide.png");
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("4×16") });
    const absent = await figment(...named, "--mask", "diagonal");
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/diagonal: neither a part \(top, .*centre\) nor a file/),
    });
  });

  test("detects anomalous images, with a histogram and a table", async () => {
    const digits = await readImages(await loadDataset("digits", { split: "test" }));
    const negatives = digits.pixelsUnit.map((pixel) => 1 - pixel);
    await writeNpy(join(folder, "negatives.npy"), negatives, [digits.count, 1, 8, 8]);
    const found = await json(
      ...[
        "anomaly",
        "runs/chain",
        "--in",
        "digits",
        "--against",
        "negatives.npy",
        "--limit",
        "100",
      ],
      ...["--split", "test", "--picture", "anomaly.svg", "--scores", "both.csv"],
    );
    expect(found.auroc).toBeGreaterThan(0.95);
    const protocol = { images: expect.any(Number), estimator: expect.any(String) };
    expect(found).toMatchObject({ kind: "exact", in: { protocol }, against: { protocol } });
    const images = (side: unknown) => (side as { protocol: { images: number } }).protocol.images;
    const count = images(found.in) + images(found.against);
    expect(readFileSync(join(folder, "anomaly.svg"), "utf8")).toMatch(/^<svg/);
    expect(readFileSync(join(folder, "both.csv"), "utf8").trim().split("\n")).toHaveLength(
      count + 1,
    );
    const same = await figment("anomaly", "runs/chain", "--against", "digits");
    expect(same).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("give different data sets"),
    });
  });

  test("shows its chains and its filters, where it has them", async () => {
    const strips = await json("chain", "runs/rbm", "-n", "2", "--frames", "3", "--out", "c.npy");
    expect(strips).toMatchObject({ count: 2, frames: 3, every: 10 });
    expect(await readNpy(join(folder, "c.npy"))).toMatchObject({ shape: [6, 1, 8, 8] });
    expect(await json("filters", "runs/rbm", "--out", "f.png")).toMatchObject({ units: 9 });
    const none = await figment("filters", "runs/chain");
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('has no "filters"') });
  });

  test("draws the requested classes", async () => {
    const drawn = await json("sample", "runs/classes", "-n", "4", "--label", "3", "--out", "3.npy");
    expect(drawn).toMatchObject({ class: ["3"], secondsPerImage: expect.any(Number) });
    const unknown = await figment("sample", "runs/classes", "--label", "12");
    expect(unknown.stderr).toContain('there is no class "12"');
    const without = await figment("sample", "runs/chain", "--label", "3");
    expect(without.stderr).toContain("was trained without classes");
  });
});

describe("a run", () => {
  beforeAll(async () => {
    await done("train", "vae", ...tiny, "--steps", "30", "--out", "runs/a");
  });

  test("is trained, with pictures on the way, and not overwritten without --overwrite", async () => {
    expect(await readdir(join(folder, "runs/a/samples"))).toContain("step-00000030.png");
    const again = await figment("train", "vae", ...tiny, "--steps", "3", "--out", "runs/a");
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("figment train --resume runs/a");
  });

  test("is sampled as a picture and as an array, the same for the same seed", async () => {
    const document = await json("sample", "runs/a", "-n", "10", "--out", "new/s.png");
    expect(document).toMatchObject({ out: "new/s.png", shape: [10, 1, 8, 8], seed: 0 });
    expect(await sharp(join(folder, "new/s.png")).metadata()).toMatchObject({ format: "png" });
    const arrays = ["one.npy", "two.npy"];
    for (const out of arrays) await done("sample", "runs/a", "-n", "700", "--out", out);
    const [one, two] = arrays.map((name) => readFileSync(join(folder, name)));
    expect(one.equals(two)).toBe(true);
    const array = await readNpy(join(folder, "one.npy"));
    expect(array).toMatchObject({ shape: [700, 1, 8, 8], type: "float32" });
    expect(array.data.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
  });

  test("is not made into a picture too large to view", async () => {
    const { code, stderr } = await figment("sample", "runs/a", "-n", "100000");
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(".npy") });
  });

  test("scores: bound and estimate with their protocol, each image in a table", async () => {
    const bound = await json("score", "runs/a", "--out", "scores.csv", "--top", "2");
    expect(bound).toMatchObject({ units: "nats", kind: "bound" });
    expect(bound.protocol).toMatchObject({ data: "digits", split: "test", images: 360 });
    expect(bound.anomalies).toHaveLength(2);
    const [head, ...rows] = readFileSync(join(folder, "scores.csv"), "utf8").trim().split("\n");
    expect(head).toBe("index,id,nats,bits_per_dim");
    const nats = rows.map((row) => Number(row.split(",")[2]));
    expect(nats).toHaveLength(360);
    expect(nats.reduce((a, b) => a + b) / 360).toBeCloseTo(Number(bound.value), 6);
    const estimate = await json("score", "runs/a", "--samples", "8", "--limit", "20");
    expect(estimate).toMatchObject({ kind: "estimate" });
    expect(estimate.protocol).toMatchObject({ images: 20, samples: 8 });
    const { stdout } = await done("score", "runs/a", "--split", "validation");
    expect(stdout).toMatch(/nats per image, .+ bits\/dim/);
    expect(stdout).toContain("the 5 most anomalous images:");
  });

  test("takes images of the user's own, and refuses those of another size", async () => {
    const pictures = join(folder, "pictures");
    await mkdir(pictures);
    for (const [name, side] of Object.entries({ "a.png": 8, "b, c.png": 8, "large.png": 20 })) {
      const pixels = Buffer.alloc(side * side, 128);
      await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toFile(join(pictures, name));
    }
    const refused = await figment("score", "runs/a", "pictures");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("20×20") });
    const scored = await json("score", "runs/a", "pictures", "--resize", "--out", "own.csv");
    expect(scored.protocol).toMatchObject({ data: "pictures", images: 3 });
    expect(readFileSync(join(folder, "own.csv"), "utf8")).toContain(`"${pictures}/b, c.png"`);
    await done("reconstruct", "runs/a", "pictures/a.png", "--out", "own.png");
    await writeFile(join(folder, "broken.npy"), "no array");
    const broken = await figment("score", "runs/a", "broken.npy");
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("byte 0") });
  });

  test("is reconstructed, interpolated and traversed", async () => {
    const pairs = await json("reconstruct", "runs/a", "--images", "0,7,9", "--out", "r.png");
    expect(pairs).toMatchObject({ count: 3, meanSquaredError: expect.any(Number) });
    expect(pairs.psnr).toBeCloseTo(-10 * Math.log10(pairs.meanSquaredError as number), 6);
    const lines = await json("interpolate", "runs/a", "-n", "3", "--steps", "4", "--out", "i.npy");
    expect(lines).toMatchObject({ lines: 2, steps: 4 });
    expect(await readNpy(join(folder, "i.npy"))).toMatchObject({ shape: [8, 1, 8, 8] });
    const units = await json(
      "traverse",
      "runs/a",
      "--image",
      "4",
      "--steps",
      "5",
      "--out",
      "t.png",
    );
    expect(units).toMatchObject({ units: 3, steps: 5 });
    const plane = await json(
      "traverse",
      "runs/a",
      "--units",
      "0,2",
      "--steps",
      "3",
      "--out",
      "p.npy",
    );
    expect(plane).toMatchObject({ units: [0, 2] });
    expect(await readNpy(join(folder, "p.npy"))).toMatchObject({ shape: [9, 1, 8, 8] });
    const beyond = await figment("reconstruct", "runs/a", "--images", "360", "--out", "r.png");
    expect(beyond).toMatchObject({ code: 2, stderr: expect.stringContaining("no image 360") });
  });

  test("shows its codes, and adds a class to images", async () => {
    const picture = await json("latent", "runs/a", "-n", "100", "--out", "codes.svg");
    expect(picture).toMatchObject({ count: 100, length: 3, projection: "pca" });
    const svg = readFileSync(join(folder, "codes.svg"), "utf8");
    expect(svg).toContain("principal component 1");
    expect(svg.match(/<path aria-label="principal component 1/g)).toHaveLength(100);
    await json("latent", "runs/a", "--out", "codes.npy");
    expect(await readNpy(join(folder, "codes.npy"))).toMatchObject({ shape: [360, 3] });
    const flat = await figment("latent", "runs/a", "--projection", "none", "--out", "codes.png");
    expect(flat).toMatchObject({ code: 2, stderr: expect.stringContaining("pca or umap") });
    const added = await json(
      ...["arithmetic", "runs/a", "--with", "3", "--without", "1", "--strengths", "0,1"],
      ...["-n", "2", "--out", "added.npy"],
    );
    expect(added).toMatchObject({ count: 2, strengths: [0, 1], vector: { length: 3 } });
    expect(await readNpy(join(folder, "added.npy"))).toMatchObject({ shape: [4, 1, 8, 8] });
    const unknown = await figment("arithmetic", "runs/a", "--with", "glasses");
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"glasses"') });
  });

  test("gives its weights and settings to another, which reports it and starts where it ended", async () => {
    const { weights, config } = await readRun(join(folder, "runs/a"));
    expect(weights).toBeNull();
    const data = ["--data", "digits", "--seed", "3"];
    const once = ["--steps", "1", "--lr", "0.0000001", "--threads", "1"];
    await done("train", "vae", ...data, "--weights", "runs/a", ...once, "--out", "runs/lent");
    const lent = await readRun(join(folder, "runs/lent"));
    const step = (await readRun(join(folder, "runs/a"))).progress.best?.step;
    expect(lent).toMatchObject({ weights: { run: "runs/a", step }, config, seed: 3 });
    const [before, after] = await Promise.all(
      ["runs/a", "runs/lent"].map((run) => json("score", run, "--samples", "1")),
    );
    const values = [before, after].map(({ value }) => Number(value));
    expect(values[1]).toBeCloseTo(values[0], 3);

    const refusals: readonly (readonly [readonly string[], string])[] = [
      [["nade", ...data], "runs/a is a run of vae"],
      [["vae", "--data", "digits", "--set", "latent=4"], "does not fit the model"],
      [["vae", "--data", "digits", "--size", "9"], "does not fit the model"],
      [["vae", "--resume", "runs/a"], "--weights cannot be given with --resume"],
    ];
    for (const [line, message] of refusals) {
      const { code, stderr } = await figment("train", ...line, "--weights", "runs/a");
      expect({ line, code: code !== 0, stderr }).toMatchObject({
        code: true,
        stderr: expect.stringContaining(message),
      });
    }
  });

  test("is exported, with its scores on the card", async () => {
    const { files } = await json("export", "runs/a", "--out", "onnx");
    const names = (files as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["decoder.onnx", "model.safetensors"]));
    for (const name of names) expect(existsSync(join(folder, "onnx", name))).toBe(true);
    expect(readFileSync(join(folder, "onnx/README.md"), "utf8")).toMatch(/nats.+bound/);
  });

  test("that is missing, or a path that cannot be written, gets a message with the remedy", async () => {
    const missing = await figment("score", "elsewhere/run");
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("figment train") });
    const near = await figment("score", "runs/aa");
    expect(near.stderr).toContain('did you mean "runs/a"?');
    await writeFile(join(folder, "file"), "");
    for (const out of ["file/s.png", "/proc/figment/s.png"]) {
      const { code, stderr } = await figment("sample", "runs/a", "--out", out);
      expect({ out, code, lines: stderr.trim().split("\n").length }).toEqual({
        out,
        code: 1,
        lines: 1,
      });
    }
  });
});

describe("interruption", () => {
  test("saves, tells how to continue, and ends where an uninterrupted run does", async () => {
    const setup = ["train", "vae", ...tiny, "--epochs", "120", "--checkpoint-every", "1000"];
    const running = start([...setup, "--out", "runs/stopped"]);
    await running.says("training vae on digits");
    running.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toMatchObject({ code: 130 });
    expect(stdout).toContain("figment train --resume runs/stopped");
    const { progress, status } = await readRun(join(folder, "runs/stopped"));
    expect(status).toBe("interrupted");
    expect(progress.step).toBeLessThan(1200);
    const [resumed] = await Promise.all([
      json("train", "--resume", "runs/stopped"),
      done(...setup, "--out", "runs/whole"),
    ]);
    expect(resumed).toMatchObject({ status: "finished", step: 1200 });
    const [a, b] = ["stopped", "whole"].map((name) =>
      readFileSync(join(folder, "runs", name, "checkpoints/step-00001200.safetensors")),
    );
    expect(a.equals(b)).toBe(true);
  });

  test("a kill within an epoch loses at most a tenth of it", async () => {
    const often = ["--epochs", "1", "--checkpoint-every", "0", "--keep", "20"];
    await done("train", "vae", ...tiny, ...often, "--batch", "32", "--out", "runs/kept");
    const { progress } = await readRun(join(folder, "runs/kept"));
    const names = await readdir(join(folder, "runs/kept/checkpoints"));
    const steps = names.flatMap((name) => name.match(/^step-(\d+)/)?.[1] ?? []).map(Number);
    const gaps = steps.sort((a, b) => a - b).map((step, index) => step - (steps[index - 1] ?? 0));
    expect(steps.at(-1)).toBe(progress.step);
    expect(Math.max(...gaps)).toBe(Math.ceil(progress.step / 10));
  });

  test("a run's settings cannot be changed, but its budget can be raised", async () => {
    const refused = await figment("train", "--resume", "runs/stopped", "--batch", "8");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("--batch") });
    const idle = await figment("train", "--resume", "runs/stopped", "--lr", "0.01");
    expect(idle).toMatchObject({ code: 2, stderr: expect.stringContaining("used up its budget") });
    const more = await json("train", "--resume", "runs/stopped", "--steps", "1210");
    expect(more).toMatchObject({ step: 1210 });
  });

  test.runIf(process.platform === "linux")(
    "on a terminal there is a bar, in colour unless NO_COLOR is set",
    async () => {
      const line = `'${process.execPath}' '${main}' train vae ${tiny.join(" ")} --steps 100 --out runs/tty --overwrite`;
      // Node shows no colours under continuous integration, so this poses as a user's terminal.
      const person = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined };
      const terminal = { TERM: "xterm-256color", ...person };
      const onTerminal = (env: Environment) =>
        watch("script", ["-qec", line, "/dev/null"], { ...terminal, ...env }).ended;
      const coloured = await onTerminal({});
      expect(coloured.stdout).toMatch(/epoch \d+ .*images\/s/);
      expect(coloured.stdout).toContain(`${ESCAPE}[36m`);
      const [shown, hidden] = ["h", "l"].map((end) =>
        coloured.stdout.lastIndexOf(`${ESCAPE}[?25${end}`),
      );
      expect(shown, "the cursor is back").toBeGreaterThan(hidden);
      const plain = await onTerminal({ NO_COLOR: "1" });
      expect(plain.stdout).toContain("█");
      expect(plain.stdout).not.toMatch(new RegExp(`${ESCAPE}\\[\\d+m`));
    },
  );
});
