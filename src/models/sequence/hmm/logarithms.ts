import { greater, sub, where } from "../../../tensor/ops/elementwise.js";
import { max } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** a − b, but −∞ where b is −∞. */
export function minus(a: Tensor, b: Tensor): Tensor {
  return where(greater(b, Number.NEGATIVE_INFINITY), sub(a, b), Number.NEGATIVE_INFINITY);
}

/** Less the largest along the last axis; all −∞ where that is −∞. */
export const relative = (logs: Tensor): Tensor => minus(logs, max(logs, -1, true));
