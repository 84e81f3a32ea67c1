import { add, exp, greater, log, sub, where } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import {
  broadcastTo,
  concat,
  expandDims,
  split,
  squeeze,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { logSumExp, sum } from "../../../tensor/ops/reduction.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";

/** One step along the chain, in logarithms. */
export interface Passage {
  /** [B, K] log p → log Σᵢ pᵢ Aᵢⱼ */
  forward(logProbs: Tensor): Tensor;
  /** [B, K] log r → log Σⱼ Aᵢⱼ rⱼ */
  backward(logRatios: Tensor): Tensor;
}

/** Correct for any log-probabilities, including −∞; takes K² exponentials. */
export function exactPassage({ logTransitions }: Chain): Passage {
  return {
    forward: (logProbs) => logSumExp(add(expandDims(logProbs, 2), logTransitions), 1),
    backward: (logRatios) => logSumExp(add(expandDims(logRatios, 1), logTransitions), 2),
  };
}

/**
 * A matrix product. States below e⁻⁸⁷ of the likeliest one underflow, which is negligible as long as
 * transitions are not below {@link LEAST_LOG_PROB}; fitting ensures that.
 */
export function productPassage({ logTransitions }: Chain): Passage {
  const transitions = exp(logTransitions);
  return {
    forward: (logProbs) => log(matmul(exp(logProbs), transitions)),
    backward: (logRatios) => log(matmul(exp(logRatios), transitions, { transposeB: true })),
  };
}

export interface Filtered {
  /** [B, T, K] log p(state t | observations before t) */
  readonly logPredicted: Tensor;
  /** [B, T, K] log p(state t | observations up to t) */
  readonly logFiltered: Tensor;
  /** [B] log p(observations); −∞ if they are impossible */
  readonly logLikelihood: Tensor;
}

/**
 * The forward recursion. Rabiner's scaled forward variables are e^logFiltered, stored as logarithms.
 *
 * @param logEmissions  [B, T, K] log p(observation t | state)
 * @source Rabiner 1989, section III.A and V.A
 */
export function forward(chain: Chain, logEmissions: Tensor, passage: Passage): Filtered {
  const [batch, , states] = logEmissions.shape;
  const { outputs } = scan(
    (logPredicted: Tensor, logEmission) => {
      const joint = add(logPredicted, logEmission);
      const logScale = logSumExp(joint, -1, true);
      const logFiltered = minus(joint, logScale);
      const output = concat([logPredicted, logFiltered, logScale], -1);
      return { state: passage.forward(logFiltered), output };
    },
    broadcastTo(chain.logInitial, [batch, states]),
    logEmissions,
    1,
  );
  const [logPredicted, logFiltered, logScales] = split(outputs, [states, states, 1], -1);
  return { logPredicted, logFiltered, logLikelihood: sum(squeeze(logScales, -1), 1) };
}

/**
 * The backward recursion on ratios of smoothed to predicted probabilities. Unlike Rabiner's backward
 * variables, these do not need the emissions, and stay near 1.
 *
 * @returns  [B, T, K] log p(state t | all observations)
 * @source Rauch, Tung & Striebel 1965, for discrete states
 */
export function smooth({ logPredicted, logFiltered }: Filtered, passage: Passage): Tensor {
  const [batch, , states] = logFiltered.shape;
  const { outputs } = scan(
    (message: Tensor, x) => {
      const [predicted, filtered] = split(x, [states, states], -1);
      const smoothed = add(filtered, message);
      return { state: passage.backward(minus(smoothed, predicted)), output: smoothed };
    },
    zerosOfShape([batch, states]),
    concat([logPredicted, logFiltered], -1),
    1,
    { reverse: true },
  );
  return outputs;
}

/** a − b, but −∞ where b is −∞. */
export function minus(a: Tensor, b: Tensor): Tensor {
  return where(greater(b, Number.NEGATIVE_INFINITY), sub(a, b), Number.NEGATIVE_INFINITY);
}
