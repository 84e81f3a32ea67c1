/**
 * Figment: generative vision models in TypeScript.
 *
 * The everyday functions are here. What they are made of is under `figment/tensor`, `figment/runtime`,
 * `figment/nn`, `figment/core`, `figment/data`, `figment/models` and `figment/training`.
 */
export { datasets, loadDataset, loadImages, saveGrid, saveImage } from "./data/index.js";
export * from "./everywhere.js";
export {
  loadDataOf,
  openRun,
  type ResumeRunOptions,
  resumeTraining,
  type TrainRunOptions,
  trainRun,
} from "./runs/index.js";
export type { OpenRun } from "./training/index.js";
