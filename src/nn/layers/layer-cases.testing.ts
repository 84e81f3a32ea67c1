import type { Tensor } from "../../tensor/index.js";
import type { Scope } from "../scope.js";
import { batchNorm } from "./batch-norm.js";
import { convTranspose2d } from "./conv-transpose2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { groupNorm } from "./group-norm.js";
import { instanceNorm } from "./instance-norm.js";
import { layerNorm } from "./layer-norm.js";

export type Layer = (scope: Scope, x: Tensor) => Tensor;

export interface LayerCase {
  readonly layer: Layer;
  /** Traced outside of a training step. */
  readonly evaluating?: boolean;
  /** Takes whole numbers. */
  readonly indices?: boolean;
}

/** The layers of reference/nn.json as we write them. */
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
};
