import { grad, input, type Tensor } from "../../tensor/index.js";
import type { ArrayFixture, LayerFixture } from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import { adaptiveBlock, adaptiveNorm } from "./adaptive-block.js";
import { batchNorm } from "./batch-norm.js";
import { convTranspose2d } from "./conv-transpose2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { equalisedLearningRate } from "./equalised-learning-rate.js";
import { fourierEmbedding } from "./fourier-embedding.js";
import { groupNorm } from "./group-norm.js";
import { instanceNorm } from "./instance-norm.js";
import { layerNorm } from "./layer-norm.js";
import { minibatchStd } from "./minibatch-std.js";
import { causalMask, multiHeadAttention } from "./multi-head-attention.js";
import { pixelNorm } from "./pixel-norm.js";
import { pixelShuffle, pixelUnshuffle } from "./pixel-shuffle.js";
import { reflectionPad2d } from "./reflection-pad2d.js";
import { type ResidualBlockOptions, residualBlock } from "./residual-block.js";
import { resizeConv2d } from "./resize-conv2d.js";
import { spatialAttention } from "./spatial-attention.js";
import { spectralNorm } from "./spectral-norm.js";
import { timestepEmbedding } from "./timestep-embedding.js";
import { transformerBlock } from "./transformer-block.js";
import { unetBlock } from "./unet-block.js";

export type Layer = (scope: Scope, x: Tensor, others: Readonly<Record<string, Tensor>>) => Tensor;

export interface LayerCase {
  readonly layer: Layer;
  /** Takes only batches of static size. */
  readonly staticBatch?: boolean;
  /** Traced outside a training step. */
  readonly evaluating?: boolean;
  /** In a training step, its gradient treats a value as constant that depends on its weights. */
  readonly heldConstant?: boolean;
  /** Takes whole numbers. */
  readonly indices?: boolean;
}

const residual =
  (options: ResidualBlockOptions): Layer =>
  (scope, x, { condition }) =>
    residualBlock(scope, x, { condition, ...options });

const inGroups = (scope: Scope, x: Tensor) => groupNorm(scope, x, { groups: 2 });

/** The layers of reference/layers.json, written with ours. */
export const layerCases: Readonly<Record<string, LayerCase>> = {
  dense: { layer: (scope, x) => dense(scope, x, { features: 5 }) },
  denseOverSequence: { layer: (scope, x) => dense(scope, x, { features: 2, bias: false }) },
  conv2d: {
    layer: (scope, x) =>
      conv2d(scope, x, { channels: 6, kernel: [3, 2], stride: [2, 1], padding: 1, groups: 2 }),
  },
  conv2dSame: {
    layer: (scope, x) =>
      conv2d(scope, x, { channels: 2, kernel: [2, 3], padding: "same", dilation: [1, 2] }),
  },
  convTranspose2d: {
    layer: (scope, x) =>
      convTranspose2d(scope, x, {
        channels: 6,
        kernel: 3,
        stride: 2,
        padding: 1,
        outputPadding: 1,
        groups: 2,
      }),
  },
  batchNormVectors: { layer: (scope, x) => batchNorm(scope, x) },
  batchNormImages: { layer: (scope, x) => batchNorm(scope, x, { momentum: 0.3, eps: 1e-3 }) },
  batchNormEval: { layer: (scope, x) => batchNorm(scope, x), evaluating: true },
  batchNormPlain: { layer: (scope, x) => batchNorm(scope, x, { affine: false }) },
  layerNorm: { layer: (scope, x) => layerNorm(scope, x) },
  layerNormThreeAxes: { layer: (scope, x) => layerNorm(scope, x, { axes: 3, eps: 1e-3 }) },
  groupNorm: { layer: (scope, x) => groupNorm(scope, x, { groups: 2 }) },
  instanceNorm: { layer: (scope, x) => instanceNorm(scope, x) },
  instanceNormAffine: { layer: (scope, x) => instanceNorm(scope, x, { affine: true }) },
  embedding: {
    layer: (scope, x) => embedding(scope, x, { count: 5, features: 3 }),
    indices: true,
  },
  attention: { layer: (scope, x) => multiHeadAttention(scope, x, { heads: 2 }) },
  attentionCausal: {
    layer: (scope, x) => multiHeadAttention(scope, x, { heads: 2, mask: causalMask(3) }),
  },
  attentionMasked: {
    layer: (scope, x, { mask }) => multiHeadAttention(scope, x, { heads: 2, mask }),
  },
  attentionCross: {
    layer: (scope, x, { context }) => multiHeadAttention(scope, x, { heads: 2, context }),
  },
  spatialAttention: {
    layer: (scope, x) => spatialAttention(scope, x, { heads: 2, groups: 2 }),
  },
  transformerBlock: {
    layer: (scope, x) => transformerBlock(scope, x, { heads: 2, widening: 2 }),
  },
  transformerBlockCross: {
    layer: (scope, x, { memory }) =>
      transformerBlock(scope, x, { heads: 2, widening: 2, context: memory }),
  },
  residualBlock: { layer: residual({}) },
  residualBlockBatchNormDown: {
    layer: residual({ channels: 4, normalise: batchNorm, resample: "down" }),
  },
  residualBlockGroupNormUp: {
    layer: residual({ channels: 4, normalise: inGroups, resample: "up" }),
  },
  residualBlockAdded: { layer: residual({ normalise: inGroups }) },
  residualBlockScaleShift: {
    layer: residual({ channels: 4, normalise: inGroups, conditioning: "scaleShift" }),
  },
  unetBlock: {
    layer: (scope, x, { condition }) =>
      unetBlock(scope, x, { channels: 4, groups: 2, condition, heads: 2 }),
  },
  resizeConv2dNearest: {
    layer: (scope, x) => resizeConv2d(scope, x, { channels: 3, kernel: 3, padding: 1 }),
  },
  resizeConv2dBilinear: {
    layer: (scope, x) =>
      resizeConv2d(scope, x, { channels: 3, kernel: 3, padding: 1, interpolation: "bilinear" }),
  },
  timestepEmbedding: { layer: (_, t) => timestepEmbedding(t, { features: 6 }) },
  fourierEmbedding: { layer: (scope, t) => fourierEmbedding(scope, t, { features: 6 }) },
  spectralNormDense: {
    layer: (scope, x) => dense(scope, x, { features: 5, transformWeight: spectralNorm() }),
    heldConstant: true,
  },
  spectralNormConv2d: {
    layer: (scope, x) =>
      conv2d(scope, x, {
        channels: 3,
        kernel: 2,
        transformWeight: spectralNorm({ iterations: 3 }),
      }),
    heldConstant: true,
  },
  spectralNormConvTranspose2d: {
    layer: (scope, x) =>
      convTranspose2d(scope, x, {
        channels: 3,
        kernel: 2,
        transformWeight: spectralNorm({ outputAxis: 1 }),
      }),
    heldConstant: true,
  },
  spectralNormEval: {
    layer: (scope, x) => dense(scope, x, { features: 5, transformWeight: spectralNorm() }),
    evaluating: true,
  },
  equalisedDense: {
    layer: (scope, x) => dense(scope, x, { features: 5, ...equalisedLearningRate({ gain: 1 }) }),
  },
  equalisedConv2d: {
    layer: (scope, x) => conv2d(scope, x, { channels: 3, kernel: 2, ...equalisedLearningRate() }),
  },
  reflectionPad2d: { layer: (_, x) => reflectionPad2d(x, [0, 3, 2, 1]) },
  pixelShuffle: { layer: (_, x) => pixelShuffle(x, 2) },
  pixelUnshuffle: { layer: (_, x) => pixelUnshuffle(x, 2) },
  minibatchStd: { layer: (_, x) => minibatchStd(x, { group: 3 }), staticBatch: true },
  pixelNorm: { layer: (_, x) => pixelNorm(x) },
  adaptiveBlock: {
    layer: (scope, x, { condition }) =>
      adaptiveBlock(scope, x, { condition, heads: 2, widening: 2 }),
  },
  adaptiveNorm: { layer: (scope, x, { condition }) => adaptiveNorm(scope, x, condition) },
};

/** A layer's inputs for its fixture, with a symbolic batch "B" where the layer allows it. */
export function inputsOf(expected: LayerFixture, { indices, staticBatch }: LayerCase) {
  const [count] = expected.x.shape;
  const shapeOf = ({ shape: [length, ...rest] }: ArrayFixture) => [
    length === count && !staticBatch ? "B" : length,
    ...rest,
  ];
  const others = Object.fromEntries(
    Object.entries(expected.others ?? {}).map(([name, array]) => [
      name,
      input(name, shapeOf(array)),
    ]),
  );
  return { x: input("x", shapeOf(expected.x), indices ? "int64" : "float32"), others, count };
}

/** Gradients by names that may contain dots. */
export function gradientsOf(
  loss: Tensor,
  targets: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const gradients = grad(loss, Object.fromEntries(Object.values(targets).entries()));
  return Object.fromEntries(
    Object.keys(targets).map((name, index) => [name, gradients[index] as Tensor]),
  );
}
