import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { z } from "zod";
import { score } from "../src/core/capabilities/score.js";
import { parseAssignments } from "../src/core/config.js";
import { ConfigError, TrainingError } from "../src/core/errors.js";
import { arraySet, type ImageSet } from "../src/data/index.js";
import { openRun, trainRun } from "../src/index.js";
import { resumeTraining, type TrainRunOptions } from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";
import { latestCheckpoint } from "../src/training/checkpoint.js";
import { readRun, runPaths } from "../src/training/run-directory.js";

const onCpu = { device: "cpu", threads: 1, host: "inline" } as const;
let folder: string;
let clusters: ImageSet;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-choose-"));
  clusters = threeClusters(300);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Images of 1×1×2 around three points, with a standard deviation of 0.05. */
function threeClusters(count: number): ImageSet {
  const pixels = new Float32Array(2 * count);
  const noise = new Float64Array(2 * count);
  stream(3, "clusters").normal(noise);
  const centres = [0.2, 0.2, 0.8, 0.2, 0.5, 0.8];
  pixels.forEach((_, at) => {
    pixels[at] = centres[2 * (Math.floor(at / 2) % 3) + (at % 2)] + 0.05 * noise[at];
  });
  const shape = { channels: 1, height: 1, width: 2 };
  return arraySet({ name: "clusters", source: "clusters", split: "train", ...shape }, pixels);
}

const request = (out: string): TrainRunOptions => ({
  ...onCpu,
  model: "gmm",
  data: clusters,
  out: join(folder, out),
  config: { components: [1, 2, 3, 4, 5], covariance: "spherical", reg: 1e-6, tolerance: 1e-6 },
  training: { epochs: 200 },
  validation: 0,
});

const weightsOf = async (out: string) =>
  (await latestCheckpoint(runPaths(join(folder, out)).checkpoints)).checkpoint?.tensors;

describe("the number of components", () => {
  test("that BIC chooses is that of the clusters, and the run is trained with it", async () => {
    const seen: unknown[] = [];
    const { record } = await trainRun({
      ...request("bic"),
      choose: "bic",
      onCandidate: ({ settings }) => seen.push(settings.components),
    });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(record.config.components).toBe(3);
    expect(record.choice?.chosen).toBe(2);
    const { record: alone } = await trainRun({
      ...request("alone"),
      config: { ...request("").config, components: 3 },
    });
    expect(alone.choice).toBeNull();
    expect(await weightsOf("bic")).toEqual(await weightsOf("alone"));
  });

  test("is recorded with criteria that follow from the scores", async () => {
    const { choice } = await readRun(join(folder, "bic"));
    const run = await openRun(join(folder, "bic"), onCpu);
    const { value } = await score(run.model, clusters);
    await run.close();
    const fitted = choice?.candidates[2].fitted;
    // Two weights, six coordinates of means, three variances.
    const parameters = 11;
    expect(fitted?.nllNats).toBeCloseTo(value, 6);
    expect(fitted?.bic).toBeCloseTo(parameters * Math.log(300) + 600 * value, 3);
    expect(fitted?.aic).toBeCloseTo(2 * parameters + 600 * value, 3);
    expect(fitted?.validation).toBeNull();
    const bics = choice?.candidates.map((candidate) => candidate.fitted?.bic ?? Number.NaN) ?? [];
    expect(Math.min(...bics)).toBe(bics[2]);
  });

  test("goes on to be chosen where it was interrupted, and ends the same", async () => {
    const stop = new AbortController();
    const { status, record } = await trainRun({
      ...request("stopped"),
      choose: "bic",
      signal: stop.signal,
      onCandidate: ({ settings }) => settings.components === 2 && stop.abort(),
    });
    expect(status).toBe("interrupted");
    expect(record.choice?.candidates.map(({ fitted }) => fitted !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    const out = join(folder, "stopped");
    const again = trainRun({ ...request("stopped"), choose: "bic" });
    await expect(again).rejects.toThrow(/already holds a run/);
    const longer = resumeTraining(out, { ...onCpu, images: clusters, training: { epochs: 300 } });
    await expect(longer).rejects.toThrow(/still choosing.*without epochs/);
    const resumed = await resumeTraining(out, { ...onCpu, images: clusters });
    expect(resumed.status).toBe("finished");
    expect(resumed.record.choice).toEqual((await readRun(join(folder, "bic"))).choice);
    expect(await weightsOf("stopped")).toEqual(await weightsOf("bic"));
  });

  test("is chosen by held-out images, too", async () => {
    const { record } = await trainRun({
      ...request("validation"),
      choose: "validation",
      validation: 0.3,
    });
    const values = record.choice?.candidates.map(({ fitted }) => fitted?.validation ?? Number.NaN);
    expect(Math.min(...(values ?? []))).toBe(values?.[record.choice?.chosen ?? 0]);
    expect(Number(record.config.components)).toBeGreaterThanOrEqual(3);
    expect(record.progress.best?.value).toBe(values?.[record.choice?.chosen ?? 0]);
  });
});

test("several settings are combined, and a hidden Markov model's states are chosen alike", async () => {
  const rows = Float32Array.from({ length: 40 * 6 }, (_, at) => (at + Math.floor(at / 12)) % 2);
  const shape = { channels: 1, height: 6, width: 1, levels: 2 };
  const stripes = arraySet({ name: "rows", source: "rows", split: "train", ...shape }, rows);
  const { record } = await trainRun({
    ...request("hmm"),
    model: "hmm",
    data: stripes,
    config: { states: [1, 2, 3], initialisation: ["k-means", "random"], emission: "bernoulli" },
    choose: "bic",
  });
  expect(record.choice?.candidates).toHaveLength(6);
  expect(record.config.states).toBe(2);
});

test("a fit that fails is a candidate that is not chosen", async () => {
  const config = { ...request("").config, components: [2, 400] };
  const { record } = await trainRun({ ...request("few"), config, choose: "bic" });
  expect(record.config.components).toBe(2);
  expect(record.choice?.candidates[1].fitted).toMatchObject({ bic: null });
  expect(record.choice?.candidates[1].fitted?.outcome).toMatch(/400 components need at least/);
  const none = { ...config, components: [400, 500] };
  const failed = trainRun({ ...request("none"), config: none, choose: "bic" });
  await expect(failed).rejects.toThrow(TrainingError);
  expect((await trainRun({ ...request("none"), config, choose: "bic" })).status).toBe("finished");
});

describe("before any work", () => {
  const refused: readonly [string, Partial<TrainRunOptions>, RegExp][] = [
    ["values without a criterion", {}, /5 possibilities; say by what to choose.*choose=bic/],
    [
      "a criterion without values",
      { config: { components: 3 }, choose: "bic" },
      /choose=bic has nothing to choose among/,
    ],
    [
      "a value that the model refuses",
      { config: { components: [1, 0] }, choose: "bic" },
      /components: it takes integer ≥ 1/,
    ],
    ["validation without images for it", { choose: "validation" }, /hold some out/],
    [
      "a model that does not count its parameters",
      { model: "markov", config: { levels: [2, 4] }, choose: "bic" },
      /markov has no BIC; choose by validation/,
    ],
    [
      "a model that learns by gradients",
      { model: "vae", config: { latent: [2, 3] }, choose: "validation", validation: 0.1 },
      /vae learns by gradients/,
    ],
  ];
  test.each(refused)("%s are refused", async (_, changes, message) => {
    const failed = trainRun({ ...request("refused"), ...changes });
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe("on the command line", () => {
  const schema = z.strictObject({
    components: z.int().default(1),
    sizes: z.array(z.int()).default([]),
  });
  const parsed = (text: string) => parseAssignments([text], schema);

  test("a range and a list are several values, and a key that takes a list keeps it", () => {
    expect(parsed("components=2..5")).toEqual({ components: [2, 3, 4, 5] });
    expect(parsed("components=2,8")).toEqual({ components: [2, 8] });
    expect(parsed("components=3")).toEqual({ components: 3 });
    expect(parsed("sizes=2,8")).toEqual({ sizes: [2, 8] });
  });

  test.each(["components=5..2", "components=1..5000"])("%s is refused", (text) => {
    expect(() => parsed(text)).toThrow(/is not a range of 1 to 1000 whole numbers/);
  });

  test("the chosen settings and the table of all are in the result", () => {
    const figment = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
    const settings = ["covariance=spherical", "components=1..2", "choose=bic"];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...[figment, "train", "gmm", "--epochs", "2", "--json", "--out", join(folder, "cli")],
        ...settings.flatMap((setting) => ["--set", setting]),
      ],
      { encoding: "utf8" },
    );
    const { config, choice } = JSON.parse(stdout);
    expect(choice.candidates).toHaveLength(2);
    expect(config.components).toBe(choice.candidates[choice.chosen].settings.components);
    expect(stderr).toMatch(/components=1: bic/);
  });
});
