/** The one training loop, and the run directories that it fills. */
export { type Checkpoint, latestCheckpoint, readCheckpoint } from "./checkpoint.js";
export { type LoadedRun, type LoadRunOptions, loadRun } from "./load-run.js";
export { type LoopSetup, type Position, type Recorder, START, trainLoop } from "./loop.js";
export { type MetricsLine, readMetrics } from "./metrics-log.js";
export { type TrainingOptions, trainingOptions, trainingSchema } from "./options.js";
export { createRun, type OpenRun, readRun, resumeRun } from "./run-directory.js";
export type { RunRecord } from "./run-record.js";
export {
  openSession,
  type Session,
  type SessionRun,
  type SessionSetup,
  type TrainingProgress,
} from "./session.js";
export {
  newRecord,
  type TrainRequest,
  type TrainResult,
  train,
} from "./train.js";
export { createTrainer, type Metrics, type Trainer } from "./trainer.js";
