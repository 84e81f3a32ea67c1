import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it as test } from "vitest";
import { writeFileAtomic } from "../src/core/atomic-file.js";
import { ConfigError, RunError } from "../src/core/errors.js";
import { decodeSafetensors } from "../src/core/index.js";
import { arraySet, type ImageSet, loadDataset } from "../src/data/index.js";
import { type ResumeRunOptions, resumeTraining, trainRun } from "../src/runs/index.js";
import { latestCheckpoint } from "../src/training/checkpoint.js";
import { encodeCheckpoint } from "../src/training/checkpoint-file.js";
import { readMetrics } from "../src/training/metrics-log.js";
import { readRun, runPaths, writeRun } from "../src/training/run-directory.js";

const onCpu = { device: "cpu", threads: 1, host: "inline" } as const;

let folder: string;
let run: string;
let digits: ImageSet;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figment-resume-"));
  digits = await loadDataset("digits");
  await trainRun({
    ...onCpu,
    model: "vae",
    data: digits,
    out: join(folder, "cosine"),
    config: { hidden: [8], latent: 2 },
    training: { epochs: 4, batchSize: 500, schedule: "cosine", learningRate: 1e-3 },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  run = join(folder, "run");
  rmSync(run, { recursive: true, force: true });
  cpSync(join(folder, "cosine"), run, { recursive: true });
});

async function resumed(options: ResumeRunOptions): Promise<string[]> {
  const warnings: string[] = [];
  const onWarning = (warning: string) => void warnings.push(warning);
  await resumeTraining(run, { ...onCpu, images: digits, onWarning, ...options });
  return warnings;
}

/** Learning rates by step, as the run's metrics keep them. */
async function rates(): Promise<Map<number, number>> {
  const lines = await readMetrics(runPaths(run).metrics);
  return new Map(
    lines
      .filter(({ split }) => split === "train")
      .map(({ step, metrics }) => [step, metrics.learningRate]),
  );
}

const cosine = (done: number, total: number) => 0.5 * (1 + Math.cos((Math.PI * done) / total));

describe("a learning rate", () => {
  test("that jumps because the training gets longer is announced", async () => {
    const [warning, ...more] = await resumed({ training: { epochs: 8 } });
    expect(more).toEqual([]);
    expect(warning).toBe(
      "from step 9 on the learning rate is 0.0005, after 0.0000381: " +
        "the schedule cosine now ends at step 16, not at 8",
    );
    expect((await rates()).get(9)).toBeCloseTo(1e-3 * cosine(8, 16), 12);
  });

  test("that goes on as it was is not", async () => {
    expect(await resumed({})).toEqual([]);
    await trainRun({
      ...onCpu,
      model: "vae",
      data: digits,
      out: run,
      overwrite: true,
      config: { hidden: [8], latent: 2 },
      training: { epochs: 1, batchSize: 500 },
    });
    expect(await resumed({ training: { epochs: 2 } })).toEqual([]);
  });

  test("that is given begins a stage, whose schedule counts from there", async () => {
    const training = { epochs: 8, learningRate: 2e-3 };
    const warnings = await resumed({ training });
    expect(warnings).toEqual([
      "from step 9 on the learning rate is 0.002, after 0.0000381: a new stage, with the schedule cosine",
    ]);
    expect((await readRun(run)).stages).toEqual([
      { step: 8, learningRate: 2e-3, schedule: "cosine" },
    ]);
    const found = await rates();
    expect(found.get(9)).toBeCloseTo(2e-3, 12);
    expect(found.get(16)).toBeCloseTo(2e-3 * cosine(7, 8), 12);
    await resumed({ training: { epochs: 9, schedule: "constant" } });
    expect((await rates()).get(17)).toBeCloseTo(2e-3, 12);
  });

  test("of a stage that is interrupted goes on exactly, bit for bit", async () => {
    const training = { epochs: 8, learningRate: 2e-3, schedule: "warmup:3+cosine" };
    const stop = new AbortController();
    await resumed({
      training,
      signal: stop.signal,
      onProgress: ({ step }) => step === 11 && stop.abort(),
    });
    expect((await readRun(run)).progress.step).toBe(11);
    await resumed({});
    const broken = readFileSync(join(run, "checkpoints", "step-00000016.safetensors"));
    const log = readFileSync(runPaths(run).metrics, "utf8");
    rmSync(run, { recursive: true });
    cpSync(join(folder, "cosine"), run, { recursive: true });
    await resumed({ training });
    expect(readFileSync(join(run, "checkpoints", "step-00000016.safetensors"))).toEqual(broken);
    expect(readFileSync(runPaths(run).metrics, "utf8")).toBe(log);
  });

  test("is refused where no step is left, or where a model has none", async () => {
    const idle = resumed({ training: { learningRate: 1 } });
    await expect(idle).rejects.toThrow(ConfigError);
    await expect(idle).rejects.toThrow(/used up its budget of 8 steps/);
    expect((await readRun(run)).stages).toEqual([]);
    await trainRun({ ...onCpu, model: "independent", data: digits, out: run, overwrite: true });
    await expect(resumed({ training: { learningRate: 1 } })).rejects.toThrow(/without gradients/);
    await expect(resumed({ training: { schedule: "never" } })).rejects.toThrow(ConfigError);
  });
});

describe("a run whose checkpoints are gone", () => {
  test("is not trained again from nothing, and nothing of it is touched", async () => {
    const { checkpoints, metrics } = runPaths(run);
    for (const name of readdirSync(checkpoints)) {
      if (name.startsWith("step-")) rmSync(join(checkpoints, name));
    }
    const before = [readFileSync(metrics), readFileSync(join(checkpoints, "best.safetensors"))];
    const refused = resumed({ training: { epochs: 8 } });
    await expect(refused).rejects.toThrow(RunError);
    await expect(refused).rejects.toThrow(/had reached step 8.*--overwrite, which deletes/);
    expect([readFileSync(metrics), readFileSync(join(checkpoints, "best.safetensors"))]).toEqual(
      before,
    );
    rmSync(checkpoints, { recursive: true });
    await expect(resumed({ training: { epochs: 8 } })).rejects.toThrow(/had reached step 8/);
  });
});

describe("event files", () => {
  test("go on where a run had some, unless they are declined", async () => {
    const { events } = runPaths(run);
    await resumed({ training: { epochs: 5 } });
    expect(existsSync(events)).toBe(false);
    await resumed({ training: { epochs: 6 }, tensorboard: true });
    expect(readdirSync(events)).toHaveLength(1);
    await resumed({ training: { epochs: 7 } });
    expect(readdirSync(events)).toHaveLength(2);
    await resumed({ training: { epochs: 8 }, tensorboard: false });
    expect(readdirSync(events)).toHaveLength(2);
  });
});

describe("a checkpoint that was sealed again", () => {
  test.each([
    ["without its position", () => ({})],
    ["without the window of its position", () => ({ position: { step: 8 } })],
    ["with a window of words", () => ({ position: { step: 8, window: "none" } })],
    [
      "with sums of words",
      () => ({ position: { step: 8, window: { counts: {}, sums: { a: "b" } } } }),
    ],
    ["of another step", () => ({ position: { step: 7, window: { counts: {}, sums: {} } } })],
  ] as const)("%s is refused", async (_, extra) => {
    const path = join(runPaths(run).checkpoints, "step-00000008.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(path));
    await writeFileAtomic(path, encodeCheckpoint(tensors, { step: 8, epoch: 4, extra: extra() }));
    const refused = resumed({ training: { epochs: 8 } });
    await expect(refused).rejects.toThrow(RunError);
    await expect(refused).rejects.toThrow(/does not record the position of its training/);
  });
});

describe("a fit that fails at once", () => {
  test("leaves nothing that blocks the corrected command", async () => {
    const info = { name: "flat", source: "flat", split: "train" };
    const shape = { channels: 1, height: 2, width: 2 };
    const flat = arraySet({ ...info, ...shape }, new Float32Array(40 * 4).fill(0.5));
    const out = join(folder, "gaussian");
    const request = { ...onCpu, model: "gaussian", data: flat, out };
    const config = { reg: 0 };
    await expect(trainRun({ ...request, config })).rejects.toThrow();
    expect((await readRun(out)).progress.step).toBe(0);
    const { status } = await trainRun({ ...request, config: { reg: 1e-3 } });
    expect(status).toBe("finished");
  });
});

describe("a fit by passes", () => {
  const models = { gmm: { components: 3, covariance: "diagonal" }, hmm: { states: 3 } };
  const ways = [
    { model: "gmm", validation: 0.1, restarts: 1 },
    { model: "gmm", validation: 0, restarts: 2 },
    { model: "hmm", validation: 0.1, restarts: 2 },
  ] as const;

  test.each(ways)(
    "of $model with $restarts starts and validation $validation goes on as if it had not stopped",
    async ({ model, restarts, validation }) => {
      const out = (name: string) => join(folder, `${model}-${validation}-${name}`);
      const options = { ...onCpu, model, data: digits, validation };
      const config = { ...models[model], restarts, tolerance: 0 };
      const training = { epochs: 3, batchSize: 500, checkpointSeconds: 0, keep: 100 };
      await trainRun({ ...options, config, out: out("whole"), training });
      const { checkpoints } = runPaths(out("whole"));
      const files = readdirSync(checkpoints).filter((name) => name.startsWith("step-"));
      expect(files.length).toBeGreaterThan(3);
      const end = decodeSafetensors(
        readFileSync(join(checkpoints, files[files.length - 1])),
      ).tensors;
      for (const file of files.slice(0, -1)) {
        cpSync(out("whole"), out("part"), { recursive: true });
        const part = runPaths(out("part"));
        for (const later of files.filter((name) => name > file)) {
          rmSync(join(part.checkpoints, later));
        }
        const { step } = (await latestCheckpoint(part.checkpoints)).checkpoint?.info ?? { step: 0 };
        const record = await readRun(out("part"));
        await writeRun(part, { ...record, progress: { ...record.progress, step } });
        await resumeTraining(out("part"), { ...onCpu, images: digits });
        const { tensors } = decodeSafetensors(
          readFileSync(join(part.checkpoints, files[files.length - 1])),
        );
        expect(tensors).toEqual(end);
        rmSync(out("part"), { recursive: true });
      }
    },
  );
});
