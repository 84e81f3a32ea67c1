import { add, cast } from "../../../tensor/ops/elementwise.js";
import {
  broadcastTo,
  expandDims,
  sliceAxis,
  squeeze,
  stack,
} from "../../../tensor/ops/rearrange.js";
import { max } from "../../../tensor/ops/reduction.js";
import type { Dim } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";
import { minus, relative } from "./logarithms.js";
import { ofEach, type Passage, type PassageKind } from "./passage.js";

/**
 * What chunks of a sequence do to the distribution of the state: [B, n, K, K] log-probability, up to a
 * constant for each chunk, of its observations and of the state in which the next chunk begins (last axis)
 * given the state in which this one does. In float64, as it covers many steps.
 */
export interface Transfers {
  readonly ways: Tensor;
  readonly passage: Passage;
}

/** @param logEmissions  [B, n, L, K] of each chunk's steps */
export function transfersOf(
  { logTransitions }: Chain,
  logEmissions: Tensor,
  kind: PassageKind,
): Transfers {
  const wide = (x: Tensor) => cast(x, "float64");
  const transitions = wide(logTransitions);
  const passage = kind.of({ logTransitions: transitions });
  const emissions = relative(wide(logEmissions));
  const at = (step: number) => squeeze(sliceAxis(emissions, 2, { start: step, end: step + 1 }), 2);
  let ways = add(expandDims(at(0), 3), ofEach(transitions, 4));
  for (let step = 1; step < (logEmissions.shape[2] as number); step++) {
    const joint = add(ways, expandDims(at(step), 2));
    const most = max(joint, -1, true);
    ways = add(passage.forward(minus(joint, most)), most);
  }
  return { ways, passage };
}

/**
 * The distribution of the state in which each chunk begins, given the observations before, up to a
 * constant for each chunk.
 *
 * @param logFirst  [B, K] that of the first chunk, in logarithms
 * @returns         [B, n, K] in logarithms, the largest 0
 */
export function chunkStarts({ ways, passage }: Transfers, logFirst: Tensor): Tensor {
  const starts = [relative(cast(logFirst, "float64"))];
  for (let chunk = 0; chunk < (ways.shape[1] as number) - 1; chunk++) {
    const reached = add(expandDims(starts[chunk], 2), chunkOf(ways, chunk));
    starts.push(relative(passage.merge(reached, 1)));
  }
  return stack(starts, 1);
}

/**
 * The log-ratio of smoothed to filtered probabilities in the step before each chunk.
 *
 * @param logStarts  [B, n, K] log p(state in which each chunk begins | observations before)
 * @returns          [B, n, K]
 */
export function chunkMessages({ ways, passage }: Transfers, logStarts: Tensor): Tensor {
  const [batch, count, states] = ways.shape as readonly [Dim, number, number, number];
  const starts = cast(logStarts, "float64");
  // log p(observations from a chunk on | state in which it begins), up to a constant.
  let later = broadcastTo(constant(0, [], "float64"), [batch, states]);
  const messages: Tensor[] = [];
  for (let chunk = count - 1; chunk >= 0; chunk--) {
    later = relative(passage.merge(add(chunkOf(ways, chunk), expandDims(later, 1)), 2));
    const whole = passage.merge(add(chunkOf(starts, chunk), later), 1);
    messages.push(minus(passage.backward(later), expandDims(whole, 1)));
  }
  return cast(stack(messages.reverse(), 1), "float32");
}

const chunkOf = (x: Tensor, chunk: number): Tensor =>
  squeeze(sliceAxis(x, 1, { start: chunk, end: chunk + 1 }), 1);
