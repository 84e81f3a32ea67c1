import { neg, softplus } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { minimax } from "./minimax.js";
import type { AdversarialObjective } from "./objective.js";

/**
 * −log D(G(z)): its slope with respect to the logit is D(G(z)) − 1, which is strongest where the
 * discriminator is surest.
 *
 * @param drawn  [B] logits
 * @returns      [B] nats
 * @source Goodfellow et al. 2014, arXiv:1406.2661, section 3
 */
export const nonSaturatingGeneratorLoss = (drawn: Tensor): Tensor => softplus(neg(drawn));

export const nonSaturating: AdversarialObjective = {
  ...minimax,
  generator: nonSaturatingGeneratorLoss,
};
