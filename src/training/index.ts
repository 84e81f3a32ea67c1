/** The training loops, and the run directories that they fill. */
export { type Checkpoint, latestCheckpoint, readCheckpoint } from "./checkpoint.js";
export * from "./index.browser.js";
export { type LoadRunOptions, loadRun, type OpenRun } from "./load-run.js";
export { type MetricsLine, readMetrics } from "./metrics-log.js";
export { createRun, type LockedRun, readRun, resumeRun } from "./run-directory.js";
export type { RunRecord } from "./run-record.js";
export { newRecord, type TrainJob, type TrainResult, train } from "./train.js";
