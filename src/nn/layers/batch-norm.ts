import { ShapeError } from "../../tensor/errors.js";
import { add, div, maximum, mul, stopGradient, sub } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import { countAlong } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ones, zeros } from "../initialisers.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { affineVariables, alongChannels, inverseStd, standardise } from "./normalise.js";

export interface BatchNormOptions {
  /** Share of the new batch in the running statistics; 0.1 by default. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether each channel has a learned weight and bias; true by default. */
  readonly affine?: boolean;
}

/**
 * Batch normalisation: normalises each channel to mean 0 and variance 1, then scales and shifts it.
 *
 * Training steps use the statistics of the batch and update the buffers `running_mean` and
 * `running_var` (the latter divides by n − 1); otherwise the layer uses the buffers. Names,
 * momentum and both divisors are PyTorch's.
 *
 * @param x  [N, C] or [N, C, H, W]
 * @throws ShapeError when C is symbolic, the rank is below 2, or a training batch is known to have
 *   a single value per channel
 * @source Ioffe & Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2
 */
export function batchNorm(scope: Scope, x: Tensor, options: BatchNormOptions = {}): Tensor {
  const { momentum = 0.1, eps = 1e-5, affine = true } = options;
  const channels = axisLength("batchNorm", x, 1);
  const rank = x.shape.length;
  const runningMean = scope.buffer("running_mean", [channels], zeros);
  const runningVar = scope.buffer("running_var", [channels], ones);
  const learned = affine ? affineVariables(scope, [channels]) : undefined;

  if (!scope.training) {
    const std = inverseStd(runningVar, eps);
    const scale = learned === undefined ? std : mul(std, learned.weight);
    const shift = mul(runningMean, scale);
    const y = mul(x, alongChannels(scale, rank));
    return learned === undefined
      ? sub(y, alongChannels(shift, rank))
      : add(y, alongChannels(sub(learned.bias, shift), rank));
  }

  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  if (axes.every((axis) => x.shape[axis] === 1)) {
    throw new ShapeError("batchNorm", "a single value per channel has no variance", [x.shape]);
  }
  const { y, centre, variance } = standardise(x, axes, eps);
  const follow = (buffer: Tensor, statistic: Tensor) => {
    const now = stopGradient(reshape(statistic, [channels]));
    scope.update(buffer, add(mul(buffer, 1 - momentum), mul(now, momentum)));
  };
  const count = countAlong(x, axes);
  const unbiased = div(count, maximum(sub(count, 1), 1));
  follow(runningMean, centre);
  follow(runningVar, mul(variance, unbiased));
  if (learned === undefined) return y;
  return add(mul(y, alongChannels(learned.weight, rank)), alongChannels(learned.bias, rank));
}
