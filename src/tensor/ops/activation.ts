import type { Tensor } from "../tensor.js";
import { add, erf, exp, greater, minimum, mul, relu, sigmoid, sub, where } from "./elementwise.js";

/** x where positive, else slope · x. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return where(greater(x, 0), x, mul(x, slope));
}

/** x where positive, else α (eˣ − 1); the exponent never overflows. */
export function elu(x: Tensor, alpha = 1): Tensor {
  return add(relu(x), mul(sub(exp(minimum(x, 0)), 1), alpha));
}

/** x · Φ(x) with the exact normal distribution function. @source arXiv:1606.08415 */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** x · σ(x), also called swish. @source arXiv:1702.03118 */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
