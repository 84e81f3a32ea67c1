/** The part of `figment/training` that works in a page: everything but run directories. */
export {
  createGradientTrainer,
  type GradientTrainer,
  type GradientTrainerSetup,
  type TrainingBatch,
} from "./gradient-trainer.js";
export { criteria, type InformationCriteria } from "./information-criteria.js";
export {
  type AskedOptions,
  type GradientOptions,
  type PassOptions,
  type TrainingOptions,
  trainingOptions,
} from "./options.js";
export { createPassTrainer, type PassTrainer, type PassTrainerSetup } from "./pass-trainer.js";
export { planTraining, type TrainingPlan, type TrainingRequest } from "./plan.js";
export { type FitPosition, type Position, type Recorder, START } from "./recorder.js";
export {
  type Interlude,
  openSession,
  type Session,
  type SessionRun,
  type SessionSetup,
  type TrainingProgress,
} from "./session.js";
export type { Metrics, Trainer } from "./trainer.js";
