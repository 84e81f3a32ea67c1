/** The model contract, and the operations on a loaded model. */

export type {
  AnnotationName,
  Annotations,
  AnnotationTensors,
  AnnotationTraits,
  AnnotationValues,
} from "./annotations.js";
export { type Batch, type DataTraits, type ImageShape, pixelsPerImage } from "./batch.js";
export {
  type AssembleOptions,
  type Assembly,
  assemble,
  type CutPatches,
  choosePlaces,
  cutPatches,
  drawWhole,
  type Location,
  locatePatches,
  type Patches,
  shuffledPatches,
} from "./capabilities/assemble.js";
export { type ChainOptions, chain } from "./capabilities/chain.js";
export {
  type ClassifyOptions,
  type ClassProbabilities,
  canClassify,
  classify,
  likeliestClasses,
} from "./capabilities/classify.js";
export { cluster } from "./capabilities/cluster.js";
export {
  type Codes,
  decode,
  encode,
  encodeBatches,
  type ReconstructOptions,
  reconstruct,
} from "./capabilities/codes.js";
export { type CompleteOptions, complete } from "./capabilities/complete.js";
export type { Condition } from "./capabilities/condition.js";
export { corruptImages, type DenoiseOptions, denoise } from "./capabilities/denoise.js";
export { filters } from "./capabilities/filters.js";
export {
  type AttributeVector,
  addAttribute,
  attributeVector,
} from "./capabilities/latent/attribute-vector.js";
export { type BetweenCaptions, betweenCaptions } from "./capabilities/latent/between-captions.js";
export { type InterpolateOptions, interpolate } from "./capabilities/latent/interpolate.js";
export {
  type TraverseOptions,
  traverse,
  traversePlane,
} from "./capabilities/latent/traverse.js";
export {
  captionEmbeddings,
  captionProbabilities,
  captionWords,
  type Similarities,
  similarities,
} from "./capabilities/match.js";
export { preview, type Rows } from "./capabilities/preview.js";
export { posteriorCodes, priorCodes } from "./capabilities/prior.js";
export { realness, realnessSlopes } from "./capabilities/realness.js";
export { type SampleOptions, sample, sampleBatches } from "./capabilities/sample.js";
export { type Score, type ScoreOptions, score } from "./capabilities/score.js";
export {
  type CapabilityEntry,
  type CapabilityGraph,
  capabilitiesOf,
  capabilityGraphs,
  capabilityNames,
  capabilityTable,
} from "./capabilities/table.js";
export {
  type CodebookUse,
  codebookUse,
  countCodes,
  detokenise,
  type Tokens,
  tokenise,
} from "./capabilities/tokens.js";
export {
  originsOf,
  type Target,
  type Targets,
  targetsFor,
  translate,
} from "./capabilities/translate.js";
export { census, type Judge, judgeOf, validate } from "./capabilities/validate.js";
export * from "./capability.js";
export { type ConfigKey, describeConfig, parseAssignments, parseConfig } from "./config.js";
export type { ConfigSchema } from "./config-schema.js";
export type {
  ChainRequest,
  CompleteRequest,
  DrivenChain,
  DrivenComplete,
  DrivenReconstruct,
  DrivenSample,
  DrivenSampleRequest,
  DrivenScore,
  Host,
  HostBatch,
  ReconstructRequest,
  SampleRequest,
  ScoreRequest,
  Settings,
} from "./driven.js";
export * from "./errors.js";
export { exportModel } from "./export.js";
export type { Fit, FitBatch, FitContext, FitStage, FitSums, Maximised } from "./fit.js";
export { type ImageSource, type Images, inMemory } from "./images.js";
export { type LoadedModel, loadModel, type WorkOptions } from "./loaded-model.js";
export * from "./model.js";
export type { ExportOptions } from "./model-card.js";
export { phasesOf } from "./phases.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsContent,
  type StoredTensor,
} from "./safetensors.js";
export type {
  Clock,
  Objective,
  OptimizerName,
  OptimizerSettings,
  Phase,
  Step,
  StepOptimizer,
} from "./steps.js";
export {
  type CaptionTraits,
  captionAnnotation,
  captionVocabulary,
  decodeCaption,
  encodeCaption,
  wordsOf,
} from "./text.js";
export { decodeWeights, encodeWeights, type StoredModel } from "./weights.js";
