/** What a page has of `figment/training`: all but run directories. */
export { createFitter, type Fitter, type FitterSetup } from "./fitter.js";
export { type TrainingOptions, trainingOptions, trainingSchema } from "./options.js";
export { type FitPosition, type Position, type Recorder, START } from "./recorder.js";
export {
  openSession,
  type Session,
  type SessionRun,
  type SessionSetup,
  type TrainingProgress,
} from "./session.js";
export type { Metrics, Trained } from "./trained.js";
export { createTrainer, type Trainer, type TrainingBatch } from "./trainer.js";
