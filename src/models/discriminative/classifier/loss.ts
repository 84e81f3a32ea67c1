import { categoricalNll } from "../../../nn/index.js";
import { add, cast, equal, mul, neg } from "../../../tensor/ops/elementwise.js";
import { argMax, logSoftmax, mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * Cross-entropy with label smoothing: the target is 1 − s for the class and s / K for each class on top.
 *
 * @param classes    int32 [B]
 * @param logits     [B, K]
 * @param smoothing  s in [0, 1)
 * @returns          [B] nats
 * @source Szegedy et al. 2016, arXiv:1512.00567, section 7
 */
export function smoothedCrossEntropy(classes: Tensor, logits: Tensor, smoothing: number): Tensor {
  const nats = categoricalNll(classes, logits);
  if (smoothing === 0) return nats;
  const everyClass = neg(mean(logSoftmax(logits, 1), 1));
  return add(mul(nats, 1 - smoothing), mul(everyClass, smoothing));
}

/**
 * 1 where the class is the likeliest, else 0.
 *
 * @param classes  int32 [B]
 * @param logits   [B, K]
 * @returns        [B]
 */
export function hits(classes: Tensor, logits: Tensor): Tensor {
  return cast(equal(argMax(logits, 1), cast(classes, "int64")), "float32");
}
