import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, DataError, UnavailableError } from "../src/core/errors.js";
import type { ImageSet } from "../src/data/index.js";
import { loadDataset, subset } from "../src/data/index.js";
import { evaluate, resumeTraining, type TrainRunOptions, trainRun } from "../src/runs/index.js";
import { readMetrics } from "../src/training/metrics-log.js";
import { runPaths } from "../src/training/run-directory.js";

const device = { host: "inline", threads: 1 } as const;
let folder: string;
let data: ImageSet;
const at = (name: string) => join(folder, name);

const train = (out: string, options: Partial<TrainRunOptions> = {}) =>
  trainRun({
    ...device,
    data,
    model: "vae",
    config: { hidden: [16], latent: 2 },
    training: { epochs: 5, batchSize: 100, evaluateEvery: 2 },
    out: at(out),
    ...options,
  });

const log = (run: string) => readFile(runPaths(at(run)).metrics, "utf8");
const evaluated = async (run: string) =>
  (await readMetrics(runPaths(at(run)).metrics)).filter(({ split }) => split === "generated");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-evaluate-every-"));
  data = await loadDataset("digits", { split: "train" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("samples are judged every so many epochs and at the end, and come closer to the data", async () => {
  const begun: string[] = [];
  await train("whole", { tensorboard: true, onEvaluation: ({ label }) => void begun.push(label) });
  const lines = await evaluated("whole");
  expect(lines.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
  const distances = lines.map(({ metrics }) => metrics.frechetDistance);
  expect(distances[2]).toBeLessThan(distances[0]);
  for (const { metrics } of lines) {
    expect(metrics.frechetDistanceFloor).toBe(lines[0].metrics.frechetDistanceFloor);
    expect(metrics.frechetDistanceFloor).toBeLessThan(metrics.frechetDistance);
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining(["precision", "recall", "density", "coverage"]),
    );
  }
  expect(begun.join()).toMatch(/evaluating samples/);
  const [events] = await import("node:fs/promises").then(({ readdir }) =>
    readdir(at("whole/events")),
  );
  expect(await readFile(at(`whole/events/${events}`), "latin1")).toContain(
    "generated/frechetDistance",
  );
  const [{ figures }] = await evaluate([at("whole")], { ...device, extractor: "pixels" });
  expect(figures.length).toBeGreaterThan(0);
});

test("a run that is interrupted and resumed has the same log", async () => {
  const stop = new AbortController();
  await train("parts", {
    signal: stop.signal,
    onProgress: ({ step }) => step === 20 && stop.abort(),
  });
  expect((await evaluated("parts")).length).toBeLessThan(3);
  await resumeTraining(at("parts"), { ...device, images: data });
  expect(await log("parts")).toBe(await log("whole"));
});

test("a fit by passes is judged, too", async () => {
  const training = { epochs: 4, evaluateEvery: 1 };
  await train("mixture", {
    model: "bernoulli-mixture",
    config: { components: 5, tolerance: 0 },
    binarisation: { mode: "fixed", seed: 0 },
    training,
  });
  expect((await evaluated("mixture")).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
});

test("a game on a density is judged by its modes, and D by the optimal one", async () => {
  await train("plane", {
    data: "ring:count=6000",
    model: "gan",
    config: { latent: 2, generator: [16], discriminator: [16], output: "linear" },
    training: { epochs: 2, batchSize: 200, evaluateEvery: 1 },
  });
  const lines = await evaluated("plane");
  expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
  for (const { metrics } of lines) {
    expect(metrics.modes).toBeGreaterThanOrEqual(0);
    expect(metrics.withinThreeSigma).toBeLessThan(0.5);
    // Of what two epochs leave, D* tells much; a D so young says less than the divergence there is.
    expect(metrics.jsdNats).toBeGreaterThan(metrics.discriminatorJsdNats);
    expect(metrics.discriminatorGap).toBeGreaterThan(0.2);
    expect(metrics.jsdByCellsNats).toBeGreaterThan(metrics.jsdByCellsNatsFloor);
  }
});

test("what cannot be judged is refused before training begins", async () => {
  const attempt = (options: Partial<TrainRunOptions>) => train("refused", options);
  await expect(attempt({ validation: 0 })).rejects.toThrow(ConfigError);
  const few = subset(
    data,
    Uint32Array.from({ length: 120 }, (_, image) => image),
  );
  await expect(attempt({ data: few, validation: 0.1 })).rejects.toThrow(DataError);
  await expect(attempt({ data: few, validation: 0.1 })).rejects.toThrow(/larger share/);
  await expect(
    attempt({
      model: "classifier",
      config: { architecture: "mlp" },
      training: { steps: 5, evaluateEvery: 1 },
    }),
  ).rejects.toThrow(UnavailableError);
  await expect(readFile(at("refused/run.json"))).rejects.toThrow(/ENOENT/);
});
