import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { valuesOf } from "../core/stored-state.js";
import { latestCheckpoint } from "./checkpoint.js";
import { crashGroups, crashStep } from "./crash-child.testing.js";
import { readMetrics } from "./metrics-log.js";
import { readRun, resumeRun, runPaths } from "./run-directory.js";

interface Report {
  readonly from?: number;
  readonly warnings?: readonly string[];
  readonly saved?: number;
}

const script = fileURLToPath(new URL("./crash-child.testing.ts", import.meta.url));

/** Lets a process go on with the run, and kills it some time after it has started. */
async function trainAndKill(directory: string, milliseconds: number) {
  const child = fork(script, [directory], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, FIGMENT_CRASH_CHILD: "1" },
  });
  let begun: Report = {};
  let saved = 0;
  child.on("message", (report: Report) => {
    if (report.from !== undefined) begun = report;
    saved = report.saved ?? saved;
  });
  await once(child, "message");
  const exit = once(child, "exit");
  setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const [, signal] = await exit;
  expect(signal).toBe("SIGKILL");
  return { ...begun, saved: Math.max(saved, begun.from ?? 0) };
}

describe("kill -9 while a run is written", () => {
  let directory: string;
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), "figment-crash-")), "run");
  });
  afterEach(() => {
    rmSync(join(directory, ".."), { recursive: true, force: true });
  });

  test("leaves at every moment a run that goes on as if never stopped", async () => {
    const { checkpoints, metrics } = runPaths(directory);
    let saved = 0;
    for (let kill = 0; kill < 10; kill++) {
      const report = await trainAndKill(directory, 5 + 13 * kill);
      expect(report.warnings).toEqual([]);
      expect(report.from).toBeGreaterThanOrEqual(saved);
      saved = report.saved;
      const { checkpoint } = await latestCheckpoint(checkpoints);
      expect(checkpoint?.info.step ?? 0).toBeGreaterThanOrEqual(saved);
      await readRun(directory);
      await readMetrics(metrics);
    }
    expect(saved).toBeGreaterThan(2);

    const { lock } = await resumeRun(directory);
    lock.release();
    // Two are kept; a third where the kill came before the oldest was removed. No temporaries.
    const names = readdirSync(checkpoints);
    expect(names.length).toBeLessThanOrEqual(3);
    expect(names.filter((name) => !/^step-\d{8}\.safetensors$/.test(name))).toEqual([]);
    const { checkpoint } = await latestCheckpoint(checkpoints);
    const step = checkpoint!.info.step;
    const uninterrupted = new Float32Array(50_000);
    const losses = Array.from({ length: step }, (_, i) => crashStep(uninterrupted, i + 1));
    const values = valuesOf(checkpoint!.tensors, crashGroups, { source: "latest" });
    expect(Buffer.from(values.get("p.x")!.buffer).equals(Buffer.from(uninterrupted.buffer))).toBe(
      true,
    );
    const lines = (await readMetrics(metrics)).filter((line) => line.step <= step);
    expect(lines.map((line) => line.metrics.loss)).toEqual(losses);
  });
});
