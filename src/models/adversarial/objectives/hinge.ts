import { add, neg, relu, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { AdversarialObjective } from "./objective.js";

/**
 * max(0, 1 − D(x)) + max(0, 1 + D(G(z))): nothing is gained beyond a margin of 1.
 *
 * @param real   [B]
 * @param drawn  [B]
 * @returns      [B]
 * @source Lim & Ye 2017, arXiv:1705.02894, equation 3; Miyato et al. 2018, arXiv:1802.05957,
 *         equation 16
 */
const hingeLoss = (real: Tensor, drawn: Tensor): Tensor =>
  add(relu(sub(1, real)), relu(add(1, drawn)));

export const hinge: AdversarialObjective = {
  discriminator: hingeLoss,
  generator: neg,
  paired: false,
  logOdds: false,
  anchored: true,
  needsLipschitz: false,
};
