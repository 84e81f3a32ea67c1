/** What a page has of `figment/training`: all but run directories. */
export { type LoopSetup, type Position, type Recorder, START, trainLoop } from "./loop.js";
export { type TrainingOptions, trainingOptions, trainingSchema } from "./options.js";
export {
  openSession,
  type Session,
  type SessionRun,
  type SessionSetup,
  type TrainingProgress,
} from "./session.js";
export type { Metrics } from "./trained.js";
export { createTrainer, type Trainer, type TrainingBatch } from "./trainer.js";
