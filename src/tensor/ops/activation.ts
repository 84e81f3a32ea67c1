import type { Tensor } from "../tensor.js";
import { add, erf, exp, greater, mul, sigmoid, sub, where } from "./elementwise.js";

/** x if x > 0, else slope · x. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return where(greater(x, 0), x, mul(x, slope));
}

/** x if x > 0, else α (eˣ − 1); the exponential never overflows. @source arXiv:1511.07289 */
export function elu(x: Tensor, alpha = 1): Tensor {
  const positive = greater(x, 0);
  return where(positive, x, mul(sub(exp(where(positive, 0, x)), 1), alpha));
}

/** x · Φ(x) with the exact normal distribution function. @source arXiv:1606.08415 */
export function gelu(x: Tensor): Tensor {
  return mul(x, add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5));
}

/** x · σ(x), also called swish. @source arXiv:1702.03118 */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
