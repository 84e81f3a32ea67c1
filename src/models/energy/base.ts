import { type ImageShape, pixelsPerImage } from "../../core/batch.js";
import { zeros } from "../../nn/initialisers.js";
import type { Scope } from "../../nn/scope.js";
import type { StateValues } from "../../runtime/program.js";
import { toNumbers } from "../../tensor/dtype.js";
import { clip, log, sub } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { expandDims, squeeze } from "../../tensor/ops/rearrange.js";
import { mean } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Standard deviation of the initial weights between pixels and hidden units. */
export const WEIGHT_STD = 0.01;

/** Centre of the hidden units of a centred machine: their mean in an untrained one. */
export const HIDDEN_CENTRE = 0.5;

/**
 * [V] visible biases of the machine without couplings from which annealing starts, and from which the
 * machine's own are learned as differences: a buffer that the first training update fills.
 *
 * @param own  the machine's scope
 */
export const baseIn = (own: Scope, image: ImageShape): Tensor =>
  own.buffer("base", [pixelsPerImage(image)], zeros);

/** [V] · [V, K] → [K] */
export const product = (row: Tensor, columns: Tensor): Tensor =>
  squeeze(matmul(expandDims(row, 0), columns), 0);

/** Initial probability of pixels that are 0 in every image of the first batch. */
const LEAST_SHARE = 0.005;

/**
 * Biases of independent binary pixels that have the means of these images.
 *
 * @param pixels  [B, V] in [0, 1]
 * @returns       [V]
 * @source Hinton 2010, UTML TR 2010–003, section 8.1
 */
export function logitsOfMeans(pixels: Tensor): Tensor {
  const share = clip(mean(pixels, 0), LEAST_SHARE, 1 - LEAST_SHARE);
  return sub(log(share), log(sub(1, share)));
}

/**
 * log Z of independent binary units: pixels with these biases, and hidden units of bias 0.
 *
 * @param baseName  full name of the pixels' biases in the state
 */
export function logZOfIndependent(values: StateValues, baseName: string, hidden: number): number {
  const base = toNumbers(values.get(baseName) ?? new Float32Array());
  return base.reduce((sum, bias) => sum + Math.log1p(Math.exp(bias)), hidden * Math.LN2);
}
