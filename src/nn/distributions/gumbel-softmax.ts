import { add, div } from "../../tensor/ops/elementwise.js";
import { softmax } from "../../tensor/ops/reduction.js";
import type { Tensor, TensorLike } from "../../tensor/tensor.js";
import { gumbelNoise } from "./uniform-noise.js";

/**
 * A relaxed one-hot sample, differentiable in the logits: softmax((logits + g) / temperature) with
 * Gumbel noise g. It approaches a sample of `categorical` as the temperature falls to 0.
 *
 * @param logits       classes along `axis`
 * @param uniform      in [0, 1), the shape of `logits`, or further leading axes
 * @param temperature  above 0
 * @returns            the shape of `uniform`; sums to 1 along `axis`
 * @source Jang, Gu & Poole 2017, arXiv:1611.01144, equation 2; Maddison, Mnih & Teh 2017,
 *         arXiv:1611.00712
 */
export function gumbelSoftmax(
  logits: Tensor,
  uniform: Tensor,
  temperature: TensorLike,
  axis = -1,
): Tensor {
  const perturbed = add(logits, gumbelNoise(uniform));
  return softmax(div(perturbed, temperature), axis);
}
