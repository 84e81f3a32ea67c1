/** What judges a model, one metric a file. */
export type { Accumulator } from "./accumulator.js";
export { auroc, falsePositiveRate } from "./auroc.js";
export { Calibration, type CalibrationBin, type CalibrationResult } from "./calibration.js";
export type { ClassifiedBatch } from "./classified.js";
export {
  type ClassAccuracy,
  type ConfusedPair,
  Confusion,
  type ConfusionResult,
} from "./confusion.js";
export type { Interval } from "./interval.js";
export { wilsonInterval } from "./wilson.js";
