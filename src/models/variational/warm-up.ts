import { div, minimum, mul } from "../../tensor/ops/elementwise.js";
import type { TensorLike } from "../../tensor/tensor.js";

/**
 * A weight that rises from 0, or the weight itself.
 *
 * @param over  how long it rises, in steps or as a share of the training; 0 for not at all
 * @param now   steps or share done, a float scalar
 * @source Bowman et al. 2016, arXiv:1511.06349, section 3.1
 */
export const warmedUp = (weight: number, over: number, now: TensorLike): TensorLike =>
  over > 0 ? mul(minimum(div(now, over), 1), weight) : weight;
