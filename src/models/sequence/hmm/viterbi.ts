import { add } from "../../../tensor/ops/elementwise.js";
import { takeAlong } from "../../../tensor/ops/indexing.js";
import { concat, expandDims, sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import { argMax, max } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Inference } from "./spec.js";

/**
 * The likeliest path of states.
 *
 * @returns int64 [B, T]
 * @source Viterbi 1967; Rabiner 1989, equations 32 to 35
 */
export function likeliestPath({ chain, logEmissions }: Inference): Tensor {
  const length = logEmissions.shape[1] as number;
  const emission = (step: number) =>
    squeeze(sliceAxis(logEmissions, 1, { start: step, end: step + 1 }), 1);
  let best = add(chain.logInitial, emission(0));
  const origins: Tensor[] = [];
  for (let step = 1; step < length; step++) {
    const moves = add(expandDims(best, 2), chain.logTransitions);
    origins.push(argMax(moves, 1));
    best = add(max(moves, 1), emission(step));
  }
  let state = expandDims(argMax(best, -1), 1);
  const path = [state];
  for (const origin of origins.reverse()) {
    state = takeAlong(origin, state, 1);
    path.push(state);
  }
  return concat(path.reverse(), 1);
}
