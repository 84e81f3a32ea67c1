/** A child process for the test of kill -9: continues a run, logging and saving at every step. */

import { existsSync } from "node:fs";
import { valuesOf } from "../core/stored-state.js";
import type { GroupSpec } from "../runtime/program.js";
import { latestCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { openMetricsLog, truncateAfter } from "./metrics-log.js";
import { createRun, resumeRun, runPaths, writeRun } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";

export const crashGroups: readonly GroupSpec[] = [
  { name: "p", dtype: "float32", slots: [{ name: "x", shape: [50_000] }] },
];

export const crashRecord: RunRecord = {
  model: "none",
  config: {},
  data: {},
  training: {},
  stages: [],
  seed: 0,
  weights: null,
  choice: null,
  parts: {},
  versions: { figment: "", node: "", onnxruntime: "" },
  device: { kind: "cpu", threads: 1 },
  progress: { step: 0, epoch: 0, seconds: 0, best: null, outcome: null },
  status: "running",
};

/** An in-place step whose result depends on all steps before it. */
export function crashStep(x: Float32Array, step: number): number {
  for (let i = 0; i < x.length; i++) x[i] = x[i] * 0.99 + Math.sin(i + step);
  return x[step % x.length];
}

async function trainUntilKilled(directory: string): Promise<void> {
  const run = existsSync(runPaths(directory).record)
    ? await resumeRun(directory)
    : await createRun(directory, crashRecord);
  const { checkpoints, metrics } = run.paths;
  const { checkpoint, warnings } = await latestCheckpoint(checkpoints);
  const from = checkpoint?.info.step ?? 0;
  const values =
    checkpoint === undefined
      ? new Map([["p.x", new Float32Array(50_000)]])
      : valuesOf(checkpoint.tensors, crashGroups, { source: checkpoint.path });
  await truncateAfter(metrics, from);
  const log = await openMetricsLog(metrics);
  process.send!({ from, warnings });
  for (let step = from + 1; ; step++) {
    const loss = crashStep(values.get("p.x") as Float32Array, step);
    await log.append({ step, epoch: 0, split: "train", metrics: { loss } });
    const info = { step, epoch: 0, extra: {} };
    await writeCheckpoint(checkpoints, { groups: crashGroups, values, info });
    await writeRun(run.paths, { ...crashRecord, progress: { ...crashRecord.progress, step } });
    process.send!({ saved: step });
  }
}

const [, , directory] = process.argv;
if (process.send !== undefined && directory !== undefined && process.env.FIGMENT_CRASH_CHILD) {
  await trainUntilKilled(directory);
}
