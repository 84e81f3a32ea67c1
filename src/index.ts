/**
 * Figment: generative vision models in TypeScript.
 *
 * The everyday functions are here. What they are made of is under `figment/tensor`, `figment/runtime`,
 * `figment/nn`, `figment/core`, `figment/data`, `figment/models` and `figment/training`.
 */

export * from "./core/errors.js";
export {
  type Codes,
  decode,
  encode,
  encodeWeights,
  exportModel,
  type Images,
  interpolate,
  reconstruct,
  type Score,
  sample,
  sampleBatches,
  score,
  traverse,
} from "./core/index.js";
export {
  arraySet,
  datasets,
  drawGrid,
  type ImageSet,
  loadDataset,
  loadImages,
  saveGrid,
  saveImage,
} from "./data/index.js";
export { openWeights, type TrainModelOptions, trainModel } from "./in-memory.js";
export { findModel, models } from "./models/index.js";
export {
  loadDataOf,
  type OpenedRun,
  openRun,
  type ResumeRunOptions,
  resumeTraining,
  type TrainRunOptions,
  trainRun,
} from "./runs.js";
export { openDevice } from "./runtime/index.js";
