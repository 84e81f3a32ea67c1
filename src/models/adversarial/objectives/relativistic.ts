import { softplus, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { AdversarialObjective } from "./objective.js";

/**
 * log(1 + exp(−(better − worse))): each image is judged against one of the other kind, so that no
 * drawn image is left behind on the wrong side of a single threshold.
 *
 * @param better  [B] outputs that should be the larger ones
 * @param worse   [B]
 * @returns       [B] nats
 * @source Jolicoeur-Martineau 2019, arXiv:1807.00734, equations 7 and 8; Huang et al. 2024,
 *         arXiv:2501.05441, equation 2
 */
const pairedLogisticLoss = (better: Tensor, worse: Tensor): Tensor => softplus(sub(worse, better));

export const relativistic: AdversarialObjective = {
  discriminator: pairedLogisticLoss,
  generator: pairedLogisticLoss,
  paired: true,
  logOdds: true,
  anchored: false,
  needsLipschitz: false,
};
