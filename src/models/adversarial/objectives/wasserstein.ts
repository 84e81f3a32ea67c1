import { neg, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { AdversarialObjective } from "./objective.js";

/**
 * D(G(z)) − D(x). Where D is 1-Lipschitz, its least expectation is minus the Wasserstein-1 distance;
 * where nothing bounds D, it has none.
 *
 * @param real   [B]
 * @param drawn  [B]
 * @returns      [B]
 * @source Arjovsky, Chintala & Bottou 2017, arXiv:1701.07875, equation 2 and algorithm 1
 */
const wassersteinLoss = (real: Tensor, drawn: Tensor): Tensor => sub(drawn, real);

export const wasserstein: AdversarialObjective = {
  discriminator: wassersteinLoss,
  generator: neg,
  paired: false,
  logOdds: false,
  anchored: false,
  needsLipschitz: true,
};
