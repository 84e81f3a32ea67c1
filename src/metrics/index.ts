/** What judges a model, one metric a file. */
export type { Accumulator } from "./accumulator.js";
export type { Asked, Judges, Slot } from "./aspects/judges.js";
export { judgedDatasets, judgesFor } from "./aspects/registry.js";
export { drawDiversity } from "./assembly/draw-diversity.js";
export { maskIou } from "./assembly/mask-iou.js";
export { patchErrors } from "./assembly/patch-fidelity.js";
export { auroc, falsePositiveRate } from "./auroc.js";
export { type BootstrapOptions, bootstrapInterval } from "./bootstrap.js";
export { Calibration, type CalibrationBin, type CalibrationResult } from "./calibration.js";
export type { ClassifiedBatch } from "./classified.js";
export { type Cmmd, cmmd, cmmdTo } from "./cmmd.js";
export {
  type ClassAccuracy,
  type ConfusedPair,
  Confusion,
  type ConfusionResult,
} from "./confusion.js";
export {
  CrossEntropy,
  type CrossEntropyResult,
  type LogClassifiedBatch,
} from "./cross-entropy.js";
export { jensenShannonDivergence, klDivergence } from "./divergence.js";
export type { Extractor, ExtractorClasses } from "./extractors/extractor.js";
export { modelExtractor } from "./extractors/model-features.js";
export { pixelExtractor } from "./extractors/pixels.js";
export { randomExtractor } from "./extractors/random-features.js";
export { type FeatureBatch, FeatureSet, type Features } from "./features.js";
export { type FrechetDistance, frechetDistance, frechetDistanceTo } from "./frechet-distance.js";
export {
  type FrechetInfinity,
  type FrechetInfinityOptions,
  frechetInfinity,
  frechetInfinityTo,
} from "./frechet-infinity.js";
export { type BestFilter, bestGaussianFilter } from "./gaussian-filter.js";
export {
  InceptionScore,
  type InceptionScoreResult,
  type ProbabilityBatch,
} from "./inception-score.js";
export type { Interval } from "./interval.js";
export {
  type ClassedFeatures,
  type IntraClassDiversity,
  intraClassDiversity,
} from "./intra-class-diversity.js";
export {
  type KernelDistance,
  type KernelDistanceOptions,
  kernelDistance,
  kernelDistanceTo,
} from "./kernel-distance.js";
export { Likelihood, type LikelihoodResult } from "./likelihood.js";
export { type MeanInterval, meanInterval } from "./mean-interval.js";
export { authenticity, authenticityTo } from "./memorisation/authenticity.js";
export {
  type CopyingTest,
  type CopyingTestOptions,
  copyingTest,
  copyingTestTo,
} from "./memorisation/copying-test.js";
export {
  COPY_RATIO,
  type NearestTraining,
  nearestTraining,
  nearestTrainingTo,
} from "./memorisation/nearest-training.js";
export { type Mind, type MindOptions, mind, mindTo } from "./mind.js";
export {
  ModeCoverage,
  type ModeCoverageOptions,
  type ModeCoverageResult,
} from "./mode-coverage.js";
export { FeatureMoments, type Moments } from "./moments.js";
export {
  type MsSsimDiversity,
  type MsSsimOptions,
  msSsimDiversity,
  msSsimDiversityOf,
} from "./ms-ssim/diversity.js";
export { meanSsim } from "./ms-ssim/ssim.js";
export { asClasses, type ClusterClasses, classesOfClusters } from "./named-clusters.js";
export {
  type ParzenLikelihood,
  parzenBandwidth,
  parzenLikelihood,
  parzenLikelihoodUnder,
} from "./parzen.js";
export type { Box, LogDensity } from "./planar/density.js";
export {
  type DiscriminatorGap,
  discriminatorGap,
  type JudgedPoints,
} from "./planar/discriminator.js";
export { type DensityDivergence, densityDivergence } from "./planar/divergence.js";
export {
  type HistogramOptions,
  type SampleDivergence,
  SampleHistogram,
} from "./planar/histogram.js";
export { type KernelDensity, kernelDensity } from "./planar/kernel-density.js";
export { PlanarModes, type PlanarModesResult } from "./planar/modes.js";
export { type PrecisionRecall, precisionRecall, precisionRecallTo } from "./precision-recall.js";
export { type PrincipalPlane, principalComponents } from "./projection/principal-components.js";
export type { Projection } from "./projection/projection.js";
export { type UmapOptions, umap } from "./projection/umap.js";
export { psnr } from "./psnr.js";
export { kindsOf, type PuzzleAccuracy, puzzleAccuracy } from "./puzzle/accuracy.js";
export { type Compatibility, compatibilities, type Pieces } from "./puzzle/compatibility.js";
export { greedySolution } from "./puzzle/greedy-solver.js";
export {
  type TwoSampleTest,
  type TwoSampleTestOptions,
  twoSampleTest,
} from "./two-sample-test.js";
export { wilsonInterval } from "./wilson.js";
