import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RunError } from "../core/errors.js";
import { LOCK_FILE } from "./lock.js";
import { createRun, readRun, resumeRun, runPaths, writeRun } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";
import { onTmpfs } from "./tmpfs.testing.js";

const record: RunRecord = {
  model: "vae",
  config: { latent: 10, layers: [64, 32], variant: null },
  data: { name: "digits", height: 8 },
  training: { epochs: 3 },
  stages: [],
  seed: 7,
  weights: null,
  choice: null,
  parts: {},
  versions: { figment: "0.1.0", node: "v20.9.0", onnxruntime: "1.30.0" },
  device: { kind: "cpu", threads: 2 },
  progress: { step: 0, epoch: 0, seconds: 0, best: null, outcome: null },
  status: "running",
};

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "figment-run-"));
  directory = join(parent, "runs", "first");
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

async function made(): Promise<ReturnType<typeof runPaths>> {
  const { paths, lock } = await createRun(directory, record);
  lock.release();
  return paths;
}

const editRecord = (change: (text: string) => string) => {
  const path = runPaths(directory).record;
  writeFileSync(path, change(readFileSync(path, "utf8")));
};

describe("a run directory", () => {
  test("is made, written, read and resumed", async () => {
    const { paths, lock } = await createRun(directory, record);
    expect(readdirSync(directory).sort()).toEqual([
      "checkpoints",
      "run.json",
      LOCK_FILE,
      "samples",
    ]);
    const best = { metric: "nllNats", value: 91, step: 80 };
    const later = {
      ...record,
      progress: { step: 100, epoch: 2, seconds: 1.5, best, outcome: "em converged in 12 passes" },
    };
    await writeRun(paths, later);
    expect(await readRun(directory)).toEqual(later);
    lock.release();
    const resumed = await resumeRun(directory);
    expect(resumed.record).toEqual(later);
    expect(resumed.paths).toEqual(paths);
    resumed.lock.release();
    expect(existsSync(join(directory, LOCK_FILE))).toBe(false);
  });

  test("is refused to a second training, and left as it is", async () => {
    const { lock } = await createRun(directory, record);
    const before = readFileSync(runPaths(directory).record, "utf8");
    await expect(resumeRun(directory)).rejects.toThrow(/is being trained by process \d+/);
    await expect(createRun(directory, record, { overwrite: true })).rejects.toThrow(
      /is being trained by process \d+/,
    );
    expect(readFileSync(runPaths(directory).record, "utf8")).toBe(before);
    lock.release();
  });

  test("is not replaced by accident", async () => {
    const { metrics } = await made();
    editRecord((text) => text.replace('"step": 0', '"step": 1'));
    writeFileSync(metrics, "kept");
    await expect(createRun(directory, record)).rejects.toThrow(
      new RegExp(`${directory} already holds a run.*--resume ${directory}.*--overwrite`),
    );
    expect(readFileSync(metrics, "utf8")).toBe("kept");
    expect(existsSync(join(directory, LOCK_FILE))).toBe(false);
  });

  test("whose name has a space is quoted in the command that a message gives", async () => {
    directory = join(parent, "my run");
    await expect(readRun(directory)).rejects.toThrow(`--out '${directory}'`);
  });

  test("is replaced where it has reached nothing", async () => {
    const paths = await made();
    const first = join(paths.checkpoints, "step-00000000.safetensors");
    writeFileSync(first, "the weights that it was to begin with");
    const { lock } = await createRun(directory, { ...record, seed: 8 });
    lock.release();
    expect((await readRun(directory)).seed).toBe(8);
    expect(existsSync(first)).toBe(false);
  });

  test.each(["step-00000001.safetensors", "best.safetensors", "unknown"])(
    "is not replaced where it has a checkpoint %s, whatever its record says",
    async (name) => {
      const { checkpoints } = await made();
      writeFileSync(join(checkpoints, name), "kept");
      await expect(createRun(directory, record)).rejects.toThrow("already holds a run");
      expect(readFileSync(join(checkpoints, name), "utf8")).toBe("kept");
    },
  );

  test("is not replaced where its record cannot be read", async () => {
    await made();
    editRecord(() => "{");
    await expect(createRun(directory, record)).rejects.toThrow("already holds a run");
  });

  test("is replaced on request, with nothing left of it but what is not its own", async () => {
    const paths = await made();
    for (const path of [paths.metrics, join(paths.checkpoints, "x"), join(paths.samples, "x")])
      writeFileSync(path, "old");
    writeFileSync(join(directory, "notes.txt"), "the user's");
    editRecord(() => "{");
    const { lock } = await createRun(directory, { ...record, seed: 8 }, { overwrite: true });
    lock.release();
    expect((await readRun(directory)).seed).toBe(8);
    expect(readdirSync(directory).sort()).toEqual([
      "checkpoints",
      "notes.txt",
      "run.json",
      "samples",
    ]);
    expect(readdirSync(paths.checkpoints)).toEqual([]);
  });

  test("is not made among other files, with --overwrite neither", async () => {
    mkdirSync(directory, { recursive: true });
    for (const name of ["a", "b", "c", "d"]) writeFileSync(join(directory, name), "");
    for (const overwrite of [false, true])
      await expect(createRun(directory, record, { overwrite })).rejects.toThrow(
        "is not empty and not a run (it has a, b, c, …); choose another --out",
      );
    expect(readdirSync(directory)).toEqual(["a", "b", "c", "d"]);
  });

  test("is made in an empty directory, and where making one was interrupted", async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, ".run.json.0123456789ab.tmp"), '{"for');
    writeFileSync(join(directory, LOCK_FILE), '{"tok');
    await made();
    expect(readdirSync(directory).sort()).toEqual(["checkpoints", "run.json", "samples"]);
  });

  test("loses what an interrupted write left when it is resumed", async () => {
    const { checkpoints } = await made();
    const left = join(checkpoints, ".step-00000001.safetensors.0123456789ab.tmp");
    writeFileSync(left, "half");
    rmSync(runPaths(directory).samples, { recursive: true });
    const { lock } = await resumeRun(directory);
    lock.release();
    expect(existsSync(left)).toBe(false);
    expect(existsSync(runPaths(directory).samples)).toBe(true);
  });
});

describe("what is not a run", () => {
  test.each([
    ["nothing", () => {}, "there is no such directory"],
    ["a file", () => writeFileSync(directory, ""), "it is a file, not a run directory"],
    ["another directory", () => mkdirSync(directory), "it has no run.json"],
  ])("%s: says so, and how a run is made", async (_, make, problem) => {
    mkdirSync(join(parent, "runs"));
    make();
    for (const use of [readRun, resumeRun]) {
      await expect(use(directory)).rejects.toBeInstanceOf(RunError);
      await expect(use(directory)).rejects.toThrow(`${directory}: ${problem}`);
      await expect(use(directory)).rejects.toThrow(
        `figment train MODEL --data NAME --out ${directory}`,
      );
    }
    if (existsSync(directory)) expect(existsSync(join(directory, LOCK_FILE))).toBe(false);
  });

  test.each([
    ["torn", (text: string) => text.slice(0, 40), /run\.json is damaged: .*JSON/],
    ["empty", () => "", /run\.json is damaged/],
    ["no object", () => "[]", /run\.json is invalid/],
    [
      "of a newer format",
      (text: string) => text.replace('"format": 1', '"format": 2, "x": 1'),
      /format version 2, but this Figment reads up to 1.*update with npm install figment@latest/,
    ],
    ["with an unknown key", (text: string) => text.replace('"seed"', '"sed"'), /seed.*sed/s],
    [
      "with a wrong value",
      (text: string) => text.replace('"step": 0', '"step": -1'),
      /progress\.step/,
    ],
    [
      "endlessly nested",
      (text: string) => text.replace('"digits"', "[".repeat(5e5) + "]".repeat(5e5)),
      /run\.json is (damaged|invalid)/,
    ],
  ])("a run.json that is %s is refused", async (_, change, message) => {
    await made();
    editRecord(change);
    await expect(readRun(directory)).rejects.toBeInstanceOf(RunError);
    await expect(resumeRun(directory)).rejects.toThrow(message);
  });
});

describe("places that cannot be written", () => {
  test("under a file", async () => {
    writeFileSync(join(parent, "runs"), "");
    await expect(createRun(directory, record)).rejects.toBeInstanceOf(RunError);
    await expect(createRun(directory, record)).rejects.toThrow(/runs.*(file|ENOTDIR)/);
  });

  test("under a system directory, and at a link that leads nowhere", async () => {
    await expect(createRun("/proc/figment/run", record)).rejects.toThrow(
      /cannot make the directory \/proc\/figment: /,
    );
    mkdirSync(join(parent, "runs"));
    symlinkSync("/nonexistent/run", directory);
    await expect(createRun(directory, record)).rejects.toThrow(/cannot make the directory.*EEXIST/);
  });

  test.for([
    ["read-only", "ro,size=64k", /EROFS/],
    ["full", "size=8k", /ENOSPC/],
  ] as const)("a %s file system", async ([, options, message], { skip }) => {
    const disk = join(parent, "disk");
    const done = await onTmpfs(disk, options, async () => {
      if (options.startsWith("size")) spawnSync("sh", ["-c", `cat /dev/zero > ${disk}/ballast`]);
      const attempt = createRun(join(disk, "run"), record);
      await expect(attempt).rejects.toBeInstanceOf(RunError);
      await expect(attempt).rejects.toThrow(message);
      // A lock file that found no room may stay; it locks nothing and the next attempt uses it.
      const left = existsSync(join(disk, "run")) ? readdirSync(join(disk, "run")) : [];
      expect(left.filter((name) => name !== LOCK_FILE)).toEqual([]);
    });
    if (!done) skip("mounting is not permitted here");
  });

  test("a record that JSON cannot keep is not written", async () => {
    const paths = await made();
    const progress = { ...record.progress, seconds: Number.NaN };
    await expect(writeRun(paths, { ...record, progress })).rejects.toThrow(/progress\.seconds/);
    expect(await readRun(directory)).toEqual(record);
  });
});
