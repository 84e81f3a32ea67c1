/** The one training loop, and the run directories that it fills. */
export { type Checkpoint, latestCheckpoint, readCheckpoint } from "./checkpoint.js";
export * from "./index.browser.js";
export { type LoadedRun, type LoadRunOptions, loadRun } from "./load-run.js";
export { type MetricsLine, readMetrics } from "./metrics-log.js";
export { createRun, type OpenRun, readRun, resumeRun } from "./run-directory.js";
export type { RunRecord } from "./run-record.js";
export { newRecord, type TrainRequest, type TrainResult, train } from "./train.js";
