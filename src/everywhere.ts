/** The everyday functions that Node and a page have alike. */
export * from "./core/errors.js";
export {
  type ClassProbabilities,
  type Codes,
  chain,
  classify,
  complete,
  decode,
  encode,
  encodeBatches,
  encodeWeights,
  exportModel,
  filters,
  type Images,
  interpolate,
  preview,
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
