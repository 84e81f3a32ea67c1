export { type ActivationName, activationNamed, activationNames } from "./activations.js";
export { type Corruption, corrupt, corruptionKinds } from "./corruption.js";
export { type Bernoulli, bernoulli } from "./distributions/bernoulli.js";
export { type Categorical, categorical } from "./distributions/categorical.js";
export { discretizedLogistic } from "./distributions/discretized-logistic.js";
export {
  discretizedLogisticMixture,
  type LogisticMixtureParameters,
} from "./distributions/discretized-logistic-mixture.js";
export {
  discretizedLogisticMixtureRgb,
  type LogisticMixtureRgbParameters,
} from "./distributions/discretized-logistic-mixture-rgb.js";
export { type Distribution, draw, type NoiseSpec } from "./distributions/distribution.js";
export { gumbelSoftmax } from "./distributions/gumbel-softmax.js";
export { kl, klToStandardNormal } from "./distributions/kl.js";
export { logitLaplace } from "./distributions/logit-laplace.js";
export { type Normal, normal } from "./distributions/normal.js";
export { type NormalMixtureParameters, normalMixture } from "./distributions/normal-mixture.js";
export { type EmaOptions, emaUpdate, emaWeight } from "./ema.js";
export { clipByGlobalNorm, clipByValue, globalNorm } from "./gradient-clipping.js";
export * from "./initialisers.js";
export { type AdaptiveBlockOptions, adaptiveBlock, adaptiveNorm } from "./layers/adaptive-block.js";
export {
  type AttendedPosition,
  type AttentionAtPositionOptions,
  attentionAtPosition,
  movedOn,
  type SeenPositions,
} from "./layers/attention-at-position.js";
export {
  type HeadOptions,
  HIDDEN,
  type KeysAndValues,
  keysAndValues,
} from "./layers/attention-heads.js";
export { type BatchNormOptions, batchNorm } from "./layers/batch-norm.js";
export { type CaptionEncoderOptions, captionEncoder } from "./layers/caption-encoder.js";
export { type ConvTranspose2dOptions, convTranspose2d } from "./layers/conv-transpose2d.js";
export { type Conv2dOptions, conv2d } from "./layers/conv2d.js";
export { type DenseOptions, dense } from "./layers/dense.js";
export { type DropoutOptions, dropout } from "./layers/dropout.js";
export { type EmbeddingOptions, embedding } from "./layers/embedding.js";
export {
  type EqualisedLearningRate,
  type EqualisedLearningRateOptions,
  equalisedLearningRate,
} from "./layers/equalised-learning-rate.js";
export { type FourierEmbeddingOptions, fourierEmbedding } from "./layers/fourier-embedding.js";
export { gatedDense } from "./layers/gated-dense.js";
export { type GroupNormOptions, groupNorm, groupsDividing } from "./layers/group-norm.js";
export {
  doublingConv2d,
  halvedSizes,
  halvingConv2d,
  type LayerInitialisers,
  type Side,
} from "./layers/halving.js";
export { type InstanceNormOptions, instanceNorm } from "./layers/instance-norm.js";
export { type LayerNormOptions, layerNorm } from "./layers/layer-norm.js";
export { type MinibatchStdOptions, minibatchStd } from "./layers/minibatch-std.js";
export { type MlpOptions, mlp } from "./layers/mlp.js";
export {
  causalMask,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from "./layers/multi-head-attention.js";
export { pixelNorm } from "./layers/pixel-norm.js";
export { pixelShuffle, pixelUnshuffle } from "./layers/pixel-shuffle.js";
export { reflectionPad2d } from "./layers/reflection-pad2d.js";
export { type ResidualBlockOptions, residualBlock } from "./layers/residual-block.js";
export { type ResizeConv2dOptions, resizeConv2d } from "./layers/resize-conv2d.js";
export { type SpatialAttentionOptions, spatialAttention } from "./layers/spatial-attention.js";
export { type SpectralNormOptions, spectralNorm } from "./layers/spectral-norm.js";
export { type TimestepEmbeddingOptions, timestepEmbedding } from "./layers/timestep-embedding.js";
export {
  type TransformerBlockAtPositionOptions,
  type TransformerBlockOptions,
  transformerBlock,
  transformerBlockAtPosition,
} from "./layers/transformer-block.js";
export {
  type StackAtPosition,
  type StackFromStart,
  type TransformerStackAtPositionOptions,
  type TransformerStackOptions,
  transformerStack,
  transformerStackAtPosition,
  transformerStackFromStart,
} from "./layers/transformer-stack.js";
export { type UnetBlockOptions, unetBlock } from "./layers/unet-block.js";
export type { WeightTransform } from "./layers/weight-transform.js";
export { bernoulliNll, categoricalNll, normalNll, sumPerItem } from "./losses.js";
export type { Optimizer } from "./optimizer.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export { type AdamWOptions, adamW } from "./optimizers/adamw.js";
export { type RmsPropOptions, rmsProp } from "./optimizers/rmsprop.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export * from "./schedules.js";
export {
  type Initialiser,
  placeOf,
  type Scope,
  type Traced,
  trace,
  type Variable,
  Variables,
} from "./scope.js";
export {
  isCold,
  temperedClassLogits,
  temperedLogit,
  temperedLogits,
  temperedLogProbs,
} from "./temperature.js";
