import { div, minimum, mul } from "../../tensor/ops/elementwise.js";
import type { TensorLike } from "../../tensor/tensor.js";

/**
 * A weight that rises from 0 over the first steps, or the weight itself.
 *
 * @param steps  0 for none
 * @param step   steps done, a float scalar
 * @source Bowman et al. 2016, arXiv:1511.06349, section 3.1
 */
export const warmedUp = (weight: number, steps: number, step: TensorLike): TensorLike =>
  steps > 0 ? mul(minimum(div(step, steps), 1), weight) : weight;
