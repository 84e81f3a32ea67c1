import { add, div, mul, sqrt, square, sub } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import { mean } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ones, zeros } from "../initialisers.js";
import type { Scope } from "../scope.js";

/** Standardises x to mean 0 and variance 1 over the axes, which have length 1 in the statistics. */
export function standardise(x: Tensor, axes: readonly number[], eps: number) {
  const centre = mean(x, axes, true);
  const centred = sub(x, centre);
  const variance = mean(square(centred), axes, true);
  return { y: mul(centred, inverseStd(variance, eps)), centre, variance };
}

/** 1 / √(variance + eps) */
export function inverseStd(variance: Tensor, eps: number): Tensor {
  return div(1, sqrt(add(variance, eps)));
}

/** Learned `weight` (1 at first) and `bias` (0 at first). */
export function affineVariables(scope: Scope, shape: readonly number[]) {
  return {
    weight: scope.parameter("weight", shape, ones),
    bias: scope.parameter("bias", shape, zeros),
  };
}

/** Reshapes a vector `[C]` to broadcast along axis 1 of `[N, C, …]` with the given rank. */
export function alongChannels(vector: Tensor, rank: number): Tensor {
  return reshape(vector, [...vector.shape, ...new Array<number>(rank - 2).fill(1)]);
}

/** y · weight + bias, with one weight and bias per channel of `[N, C, …]`. */
export function scaleChannels(scope: Scope, y: Tensor, channels: number): Tensor {
  const { weight, bias } = affineVariables(scope, [channels]);
  const rank = y.shape.length;
  return add(mul(y, alongChannels(weight, rank)), alongChannels(bias, rank));
}
