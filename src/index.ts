/**
 * Figment: generative vision models in TypeScript.
 *
 * The everyday functions are here. What they are made of is under `figment/tensor`, `figment/runtime`,
 * `figment/nn`, `figment/core`, `figment/data`, `figment/models` and `figment/training`.
 */
export {
  datasets,
  type LoadImagesOptions,
  type LoadOptions,
  loadDataset,
  loadImages,
  type Picture,
  saveGrid,
  saveImage,
} from "./data/index.js";
export * from "./everywhere.js";
export {
  loadDataOf,
  type OpenRunOptions,
  openRun,
  type ResumeRunOptions,
  resumeTraining,
  type TrainRunOptions,
  trainRun,
} from "./runs/index.js";
export type { OpenRun, TrainResult } from "./training/index.js";
