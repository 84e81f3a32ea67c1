import { add, exp, log } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, transpose } from "../../../tensor/ops/rearrange.js";
import { logSumExp, max } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";

/** One step along the chain, in logarithms. */
export interface Passage {
  /** [..., K] log p → log Σᵢ pᵢ Aᵢⱼ */
  forward(logProbs: Tensor): Tensor;
  /** [..., K] log r → log Σⱼ Aᵢⱼ rⱼ */
  backward(logRatios: Tensor): Tensor;
  /** Adds up probabilities of different paths along an axis. */
  merge(logProbs: Tensor, axis: number): Tensor;
}

/** A way to compute passages. */
export interface PassageKind {
  of(chain: Chain): Passage;
  /** Numbers that are held for each distribution of K states. */
  numbers(states: number): number;
}

/** Correct for any log-probabilities, including −∞; takes K² exponentials. */
export const exactPassage: PassageKind = merging(logSumExp);

/** Viterbi's: the likeliest path stands for the sum. */
export const likeliestPassage: PassageKind = merging(max);

/**
 * A matrix product. States below e⁻⁸⁷ of the likeliest one (float64: e⁻⁷⁴⁵) underflow, which is negligible
 * as long as no transition is below {@link LEAST_LOG_PROB}: then every state is soon reached again.
 */
export const productPassage: PassageKind = {
  of({ logTransitions }) {
    const transitions = exp(logTransitions);
    return {
      forward: (logProbs) => log(matmul(exp(logProbs), transitions)),
      backward: (logRatios) => log(matmul(exp(logRatios), transitions, { transposeB: true })),
      merge: logSumExp,
    };
  },
  numbers: (states) => states,
};

/** Uses a K×K matrix of ways for each distribution. */
function merging(merge: Passage["merge"]): PassageKind {
  return {
    of({ logTransitions }) {
      const into = transpose(logTransitions);
      return {
        forward: (logProbs) => merge(add(expandDims(logProbs, -2), into), -1),
        backward: (logRatios) => merge(add(expandDims(logRatios, -2), logTransitions), -1),
        merge,
      };
    },
    numbers: (states) => states ** 2,
  };
}
