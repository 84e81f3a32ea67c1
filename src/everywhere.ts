/** The everyday functions that Node and a page have alike. */
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
export { arraySet, drawGrid, type ImageSet } from "./data/everywhere.js";
export { openWeights, type TrainModelOptions, trainModel } from "./in-memory.js";
export { findModel, models } from "./models/index.js";
export { openDevice } from "./runtime/index.js";
