/** The everyday functions that Node and a page share. */
export * from "./core/errors.js";
export {
  type Annotations,
  type AnnotationTraits,
  type ChainOptions,
  type ClassifyOptions,
  type ClassProbabilities,
  type Codes,
  type CompleteOptions,
  type Condition,
  type ConfigSchema,
  chain,
  classify,
  complete,
  type DenoiseOptions,
  decode,
  denoise,
  type ExportOptions,
  encode,
  encodeBatches,
  encodeWeights,
  exportModel,
  filters,
  type ImageShape,
  type ImageSource,
  type Images,
  interpolate,
  type LoadedModel,
  type ModelDefinition,
  preview,
  type Rows,
  reconstruct,
  type SampleOptions,
  type Score,
  type ScoreKind,
  type ScoreOptions,
  sample,
  sampleBatches,
  score,
  type TraverseOptions,
  traverse,
  type WorkOptions,
} from "./core/index.js";
export {
  arraySet,
  drawGrid,
  type Grid,
  type GridOptions,
  type ImageSet,
  type NamedDataset,
  type SetInfo,
} from "./data/everywhere.js";
export {
  type OpenWeightsOptions,
  openWeights,
  type TrainModelOptions,
  trainModel,
} from "./in-memory.js";
export { findModel, models } from "./models/index.js";
export {
  type Device,
  DeviceError,
  type DeviceOptions,
  ExecutionError,
  openDevice,
  ProgramError,
  RandomError,
  type StateValues,
} from "./runtime/index.js";
export { FigmentError } from "./tensor/index.js";
export type { TrainingProgress } from "./training/index.browser.js";
export type { MetricsLine } from "./training/metrics-log.js";
