/** Operations on run directories, one a file. */

export {
  type Assembled,
  type AssemblingOptions,
  assembledFrom,
  type Reassembled,
  reassembled,
} from "./assembly/assembled.js";
export {
  type AssemblyFigures,
  assemblyFigures,
  type KeyPatchFigures,
} from "./assembly/figures.js";
export { type FrechetToReal, frechetToReal } from "./assembly/frechet-to-real.js";
export {
  type PuzzleFigures,
  puzzleFigures,
  type SolverFigures,
} from "./assembly/puzzle-figures.js";
export { type BestOf, type BestOfOptions, sampleBest } from "./best-of.js";
export { clusterClasses } from "./cluster-classes.js";
export { type ComparedRun, type CompareOptions, type Comparison, compare } from "./compare.js";
export type {
  EvaluateOptions,
  Evaluation,
  EvaluationProgress,
  JudgedFigure,
} from "./evaluation/contract.js";
export { evaluate } from "./evaluation/evaluate.js";
export {
  type FinetuneOptions,
  type FinetuneRow,
  type FinetuneWay,
  type Finetuning,
  finetune,
  finetuneWays,
} from "./finetune.js";
export type { LikelihoodOrder } from "./likelihood-order.js";
export {
  type Neighbours,
  type NeighboursOptions,
  neighbours,
} from "./neighbours.js";
export { type OpenRunOptions, openRun } from "./open-run.js";
export { type DiscriminatorView, type PlaneOptions, type PlaneReport, plane } from "./plane.js";
export {
  continueRun,
  type PreparedResume,
  prepareResume,
  type ResumeRunOptions,
  resumeTraining,
} from "./resume-training.js";
export { loadDataOf } from "./run-data.js";
export { type NewRunOptions, prepareRun, type TrainRunOptions, trainRun } from "./train-run.js";
export { runDirectory, zooDirectory, zooNames } from "./zoo.js";
