import { add, cast } from "../../../tensor/ops/elementwise.js";
import {
  broadcastTo,
  concat,
  expandDims,
  sliceAxis,
  split,
  squeeze,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { logSumExp, sum } from "../../../tensor/ops/reduction.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";
import { type Chunks, chunksOf, divide, join } from "./chunks.js";
import { minus } from "./logarithms.js";
import type { Passage, PassageKind } from "./passage.js";
import { chunkMessages, chunkStarts, type Transfers, transfersOf } from "./transfers.js";

export interface Filtered {
  /** [B, T, K] log p(state t | observations before t) */
  readonly logPredicted: Tensor;
  /** [B, T, K] log p(state t | observations up to t) */
  readonly logFiltered: Tensor;
  /** [B] log p(observations); −∞ if they are impossible */
  readonly logLikelihood: Tensor;
  readonly passage: Passage;
  /** The division of a long sequence. */
  readonly chunked?: { readonly chunks: Chunks; readonly transfers: Transfers };
}

/**
 * The forward recursion. Rabiner's scaled forward variables are e^logFiltered, stored as logarithms.
 *
 * @param logEmissions  [B, T, K] log p(observation t | state)
 * @param transferKind  how long sequences are passed through from all states at once
 * @source Rabiner 1989, section III.A and V.A
 */
export function forward(
  chain: Chain,
  logEmissions: Tensor,
  kind: PassageKind,
  transferKind = kind,
): Filtered {
  const [batch, steps, states] = logEmissions.shape as readonly [Dim, number, number];
  const passage = kind.of(chain);
  const logInitial = broadcastTo(chain.logInitial, [batch, states]);
  const chunks = chunksOf(steps, states * transferKind.numbers(states));
  if (chunks === undefined) {
    const { logScales, ...filtered } = forwardFrom(logInitial, logEmissions, passage);
    return { ...filtered, logLikelihood: sum(logScales, 1), passage };
  }
  const [first, chunked] = divide(logEmissions, chunks);
  const before = forwardFrom(logInitial, first, passage);
  const transfers = transfersOf(chain, chunked, transferKind);
  const starts = chunkStarts(transfers, before.logNext);
  const logStarts = cast(minus(starts, logSumExp(starts, -1, true)), "float32");
  const inside = forwardFrom(logStarts, chunked, passage);
  return {
    logPredicted: join(before.logPredicted, inside.logPredicted),
    logFiltered: join(before.logFiltered, inside.logFiltered),
    logLikelihood: add(sum(before.logScales, 1), sum(inside.logScales, [1, 2])),
    passage,
    chunked: { chunks, transfers },
  };
}

/**
 * @param logFirst      [..., K] log p(state of the first step)
 * @param logEmissions  [..., T, K]
 * @returns             besides, [..., T] log p(observation t | those before), and log p of the state after
 */
function forwardFrom(logFirst: Tensor, logEmissions: Tensor, passage: Passage) {
  const states = logEmissions.shape.at(-1) as number;
  const { state: logNext, outputs } = scan(
    (logPredicted: Tensor, logEmission) => {
      const joint = add(logPredicted, logEmission);
      const logScale = logSumExp(joint, -1, true);
      const logFiltered = minus(joint, logScale);
      const output = concat([logPredicted, logFiltered, logScale], -1);
      return { state: passage.forward(logFiltered), output };
    },
    logFirst,
    logEmissions,
    -2,
  );
  const [logPredicted, logFiltered, logScales] = split(outputs, [states, states, 1], -1);
  return { logPredicted, logFiltered, logScales: squeeze(logScales, -1), logNext };
}

/**
 * The backward recursion on ratios of smoothed to predicted probabilities. Unlike Rabiner's backward
 * variables, these do not need the emissions, and stay near 1.
 *
 * @returns  [B, T, K] log p(state t | all observations)
 * @source Rauch, Tung & Striebel 1965, for discrete states
 */
export function smooth({ logPredicted, logFiltered, passage, chunked }: Filtered): Tensor {
  const [batch, , states] = logFiltered.shape as readonly [Dim, number, number];
  const none = zerosOfShape([batch, states]);
  if (chunked === undefined) return smoothFrom(none, logPredicted, logFiltered, passage);
  const { chunks, transfers } = chunked;
  const [predictedBefore, predicted] = divide(logPredicted, chunks);
  const [filteredBefore, filtered] = divide(logFiltered, chunks);
  const messages = chunkMessages(transfers, squeeze(sliceAxis(predicted, 2, { end: 1 }), 2));
  const first = squeeze(sliceAxis(messages, 1, { end: 1 }), 1);
  const others = concat([sliceAxis(messages, 1, { start: 1 }), expandDims(none, 1)], 1);
  return join(
    smoothFrom(first, predictedBefore, filteredBefore, passage),
    smoothFrom(others, predicted, filtered, passage),
  );
}

/**
 * @param message  [..., K] log-ratio of smoothed to filtered probabilities in the last step
 * @returns        [..., T, K]
 */
function smoothFrom(
  message: Tensor,
  logPredicted: Tensor,
  logFiltered: Tensor,
  passage: Passage,
): Tensor {
  const states = logFiltered.shape.at(-1) as number;
  const { outputs } = scan(
    (after: Tensor, x) => {
      const [predicted, filtered] = split(x, [states, states], -1);
      const smoothed = add(filtered, after);
      return { state: passage.backward(minus(smoothed, predicted)), output: smoothed };
    },
    message,
    concat([logPredicted, logFiltered], -1),
    -2,
    { reverse: true },
  );
  return outputs;
}
