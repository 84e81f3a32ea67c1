import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * A point on the line between each real input and the drawn one beside it: ε x + (1 − ε) G(z).
 *
 * @param real   [N, …]
 * @param drawn  [N, …]
 * @param share  [N] ε, uniform on [0, 1)
 * @source Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1, line 6
 */
export function between(real: Tensor, drawn: Tensor, share: Tensor): Tensor {
  const each = reshape(share, [share.shape[0], ...real.shape.slice(1).map(() => 1)]);
  return add(drawn, mul(each, sub(real, drawn)));
}
