import { add, neg, softplus } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { smoothedRealLoss } from "../penalties/label-smoothing.js";
import type { AdversarialObjective } from "./objective.js";

/**
 * −log D(x) − log(1 − D(G(z))), with D the sigmoid of the discriminator's output. At the optimal
 * discriminator D* = p / (p + q) its expectation is log 4 − 2·JSD(p ‖ q).
 *
 * @param real   [B] logits
 * @param drawn  [B] logits
 * @returns      [B] nats
 * @source Goodfellow et al. 2014, arXiv:1406.2661, equation 1 with its sign turned
 */
export const logisticLoss = (real: Tensor, drawn: Tensor): Tensor =>
  add(softplus(neg(real)), softplus(drawn));

/**
 * log(1 − D(G(z))): its slope with respect to the logit is −D(G(z)), which vanishes where the
 * discriminator is sure of itself.
 *
 * @param drawn  [B] logits
 * @returns      [B] nats
 * @source Goodfellow et al. 2014, arXiv:1406.2661, equation 1
 */
export const minimaxGeneratorLoss = (drawn: Tensor): Tensor => neg(softplus(drawn));

export const minimax: AdversarialObjective = {
  discriminator: logisticLoss,
  generator: minimaxGeneratorLoss,
  paired: false,
  logOdds: true,
  anchored: true,
  needsLipschitz: false,
  smoothed: (real, drawn, smoothing) => add(smoothedRealLoss(real, smoothing), softplus(drawn)),
};
