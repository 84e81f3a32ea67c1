import { abs, log, maximum, mul, neg, sign, sub } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Replaces a draw of exactly 0: half the step of the uniform noise, which is 2⁻²⁴. */
const LEAST = 2 ** -25;

/** Standard logistic noise log u − log(1 − u), finite for u in [0, 1). */
export function logisticNoise(uniform: Tensor): Tensor {
  const u = maximum(uniform, LEAST);
  return sub(log(u), log(sub(1, u)));
}

/** Standard Gumbel noise −log(−log u), finite for u in [0, 1). */
export function gumbelNoise(uniform: Tensor): Tensor {
  return neg(log(neg(log(maximum(uniform, LEAST)))));
}

/** Standard Laplace noise −sign(v)·log(1 − 2|v|) with v = u − ½, finite for u in [0, 1). */
export function laplaceNoise(uniform: Tensor): Tensor {
  const centred = sub(maximum(uniform, LEAST), 0.5);
  return neg(mul(sign(centred), log(sub(1, mul(abs(centred), 2)))));
}
