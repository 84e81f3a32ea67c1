import { add, exp, mul, square, sub } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";

/**
 * KL(N(mean, e^logVar) ‖ N(0, 1)) = ½ (σ² + μ² − 1 − log σ²) in nats, an element each.
 *
 * @source Kingma & Welling 2013, arXiv:1312.6114, appendix B
 */
export function klToStandardNormal(mean: Tensor, logVar: Tensor): Tensor {
  return mul(sub(sub(add(exp(logVar), square(mean)), logVar), 1), 0.5);
}
