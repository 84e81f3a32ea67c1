/**
 * Figment in a page: the everyday functions of `index.ts`, without those that need files.
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
export { arraySet, datasets, drawGrid, type ImageSet, loadDataset } from "./data/index.browser.js";
export { openWeights, type TrainModelOptions, trainModel } from "./in-memory.js";
export { findModel, models } from "./models/index.js";
export { openDevice } from "./runtime/index.js";
