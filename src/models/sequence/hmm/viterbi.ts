import { add, cast } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims, sliceAxis, squeeze } from "../../../tensor/ops/rearrange.js";
import { argMax } from "../../../tensor/ops/reduction.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { chunksOf, divide, join } from "./chunks.js";
import { relative } from "./logarithms.js";
import { likeliestPassage, type Passage } from "./passage.js";
import type { Inference } from "./spec.js";
import { chunkStarts, transfersOf } from "./transfers.js";
import { follow } from "./walk.js";

/**
 * The likeliest path of states.
 *
 * @returns  int64 [B, T]
 * @source Viterbi 1967; Rabiner 1989, equations 32 to 35
 */
export function likeliestPath(inference: Inference): Tensor {
  const { into } = inference.chain;
  const best = bestOf(inference);
  const [, steps, states] = best.shape as readonly [Dim, number, number];
  const last = squeeze(sliceAxis(best, 1, { start: steps - 1 }), 1);
  return follow(
    argMax(last, -1),
    sliceAxis(best, 1, { end: steps - 1 }),
    states,
    (before, after) => argMax(add(expandDims(before, -2), into(after)), -1),
    { reverse: true },
  );
}

/**
 * log p of the likeliest path that ends in each state of each step, with its observations, less that of
 * the likeliest of all: [B, T, K]
 */
function bestOf({ chain, logEmissions }: Inference): Tensor {
  const [batch, steps, states] = logEmissions.shape as readonly [Dim, number, number];
  const passage = likeliestPassage.of(chain);
  const logInitial = broadcastTo(chain.logInitial, [batch, states]);
  const chunks = chunksOf(steps, states * likeliestPassage.numbers(states));
  if (chunks === undefined) return bestFrom(logInitial, logEmissions, passage).outputs;
  const [first, chunked] = divide(logEmissions, chunks);
  const before = bestFrom(logInitial, first, passage);
  const transfers = transfersOf(chain, chunked, likeliestPassage);
  const starts = cast(chunkStarts(transfers, before.state), "float32");
  return join(before.outputs, bestFrom(starts, chunked, passage).outputs);
}

/** @param logFirst  [..., K] before the first observation @param logEmissions  [..., T, K] */
const bestFrom = (logFirst: Tensor, logEmissions: Tensor, passage: Passage) =>
  scan(
    (reached: Tensor, logEmission) => {
      const output = relative(add(reached, logEmission));
      return { state: passage.forward(output), output };
    },
    logFirst,
    logEmissions,
    -2,
  );
