import { FigmentError } from "../../tensor/errors.js";
import { greaterEqual, mul, where } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";

export interface DropoutOptions {
  /** Probability that an element is set to 0, in [0, 1). */
  readonly rate: number;
}

/**
 * Inverted dropout: in training, sets elements to 0 at random and divides the others by 1 − rate,
 * which preserves the expected value; otherwise the identity.
 *
 * @param x  any shape
 * @throws FigmentError when the rate is not in [0, 1)
 * @source Srivastava et al. 2014, JMLR 15
 */
export function dropout(scope: Scope, x: Tensor, { rate }: DropoutOptions): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new FigmentError(`dropout: the rate ${rate} is not in [0, 1)`);
  }
  if (!scope.training || rate === 0) return x;
  const uniform = scope.noise("mask", x.shape, "uniform");
  return where(greaterEqual(uniform, rate), mul(x, 1 / (1 - rate)), 0);
}
