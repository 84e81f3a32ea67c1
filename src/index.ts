/**
 * Figment: generative vision models in TypeScript.
 *
 * This entry has the everyday functions. Their building blocks are in `figment/tensor`,
 * `figment/runtime`, `figment/nn`, `figment/core`, `figment/data`, `figment/models`,
 * `figment/training` and `figment/metrics`.
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
