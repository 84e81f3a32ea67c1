import { add, exp, log } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, squeeze, transpose } from "../../../tensor/ops/rearrange.js";
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
  /** @param chain  of which [B, K, K] transitions are those of the first axis that passes */
  of(chain: Pick<Chain, "logTransitions">): Passage;
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
    const through = (logs: Tensor, transposeB: boolean) => {
      if (transitions.shape.length === 2) {
        return log(matmul(exp(logs), transitions, { transposeB }));
      }
      const rows = expandDims(exp(logs), -2);
      return log(squeeze(matmul(rows, ofEach(transitions, rows.shape.length), { transposeB }), -2));
    };
    return {
      forward: (logProbs) => through(logProbs, false),
      backward: (logRatios) => through(logRatios, true),
      merge: logSumExp,
    };
  },
  numbers: (states) => states,
};

/** Transitions [K, K] or [B, K, K] beside a tensor [B, …, K, K] of a rank. */
export function ofEach(transitions: Tensor, rank: number): Tensor {
  const { shape } = transitions;
  if (shape.length === 2 || shape.length === rank) return transitions;
  const [batch, from, to] = shape;
  return reshape(transitions, [batch, ...Array<number>(rank - 3).fill(1), from, to]);
}

/** Uses a K×K matrix of ways for each distribution. */
function merging(merge: Passage["merge"]): PassageKind {
  return {
    of({ logTransitions }) {
      const into = transpose(
        logTransitions,
        logTransitions.shape.length === 2 ? [1, 0] : [0, 2, 1],
      );
      const through = (logs: Tensor, transitions: Tensor) => {
        const rows = expandDims(logs, -2);
        return merge(add(rows, ofEach(transitions, rows.shape.length)), -1);
      };
      return {
        forward: (logProbs) => through(logProbs, into),
        backward: (logRatios) => through(logRatios, logTransitions),
        merge,
      };
    },
    numbers: (states) => states ** 2,
  };
}
