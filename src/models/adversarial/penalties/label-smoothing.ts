import { add, mul, neg, softplus } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * One-sided label smoothing: the cross-entropy of real images whose target is 1 − s, so that the
 * discriminator gains nothing from being surer than that. Drawn images keep the target 0; smoothing
 * theirs too would reward the generator for staying where it is.
 *
 * @param real       [B] logits
 * @param smoothing  s in [0, 1)
 * @returns          [B] nats: −(1 − s) log D(x) − s log(1 − D(x))
 * @source Salimans et al. 2016, arXiv:1606.03498, section 3.4
 */
export const smoothedRealLoss = (real: Tensor, smoothing: number): Tensor =>
  add(softplus(neg(real)), mul(real, smoothing));
