import { add, clip, div, minimum, mul, sqrt, square } from "../tensor/ops/elementwise.js";
import { sum } from "../tensor/ops/reduction.js";
import type { Tensor } from "../tensor/tensor.js";

/** √Σg² over all elements of all gradients: a scalar. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  return sqrt(gradients.map((gradient) => sum(square(gradient))).reduce((a, b) => add(a, b)));
}

/**
 * Scales all gradients by one factor so that their global norm is at most `maxNorm`, as
 * `torch.nn.utils.clip_grad_norm_` does. Where the norm is not finite the gradients are
 * meaningless; the loop detects it by the norm.
 *
 * @param gradients  at least one, of any shapes
 * @returns          the gradients in the same order, and the norm before clipping
 * @source Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, algorithm 1
 */
export function clipByGlobalNorm(
  gradients: readonly Tensor[],
  maxNorm: number,
): { readonly gradients: Tensor[]; readonly norm: Tensor } {
  const norm = globalNorm(gradients);
  const factor = minimum(div(maxNorm, add(norm, 1e-6)), 1);
  return { gradients: gradients.map((gradient) => mul(gradient, factor)), norm };
}

/** Limits each element to [−limit, limit]. */
export function clipByValue(gradients: readonly Tensor[], limit: number): Tensor[] {
  return gradients.map((gradient) => clip(gradient, -limit, limit));
}
