import { takeAlong } from "../../../tensor/ops/indexing.js";
import {
  broadcastTo,
  concat,
  expandDims,
  flip,
  sliceAxis,
  squeeze,
  stack,
} from "../../../tensor/ops/rearrange.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Dim } from "../../../tensor/shape.js";
import { range, type Tensor } from "../../../tensor/tensor.js";
import { chunksOf, divide, join } from "./chunks.js";

/**
 * The state of a step.
 *
 * @param x       [..., F] what the step is made from
 * @param states  int64 [..., S] states of the step before, in each of which it is asked
 * @returns       int64 [..., S]
 */
export type Step = (x: Tensor, states: Tensor) => Tensor;

/**
 * The path on which each step's state follows from the one before. In a long sequence, all chunks are gone
 * through at once, from each state that they may begin in.
 *
 * @param first    int64 [B] the state of the first step, or of the last one in reverse
 * @param xs       [B, T − 1, F] of the other steps
 * @param states   K
 * @param reverse  whether the state of a step follows from that of the step after it
 * @returns        int64 [B, T]
 */
export function follow(
  first: Tensor,
  xs: Tensor,
  states: number,
  step: Step,
  { reverse = false } = {},
): Tensor {
  const start = expandDims(first, 1);
  if (xs.shape[1] === 0) return start;
  if (reverse) {
    const path = follow(first, flip(xs, 1), states, step);
    return flip(path, 1);
  }
  return concat([start, squeeze(walk(start, xs, states, step), 2)], 1);
}

/** [B, T − 1, 1] */
function walk(start: Tensor, xs: Tensor, states: number, step: Step): Tensor {
  const [batch, steps] = xs.shape as readonly [Dim, number];
  const chunks = chunksOf(steps, states ** 2);
  if (chunks === undefined) return paths(start, xs, step).outputs;
  const { count, length } = chunks;
  const [lead, chunked] = divide(xs, chunks);
  const before = paths(start, lead, step);
  const every = broadcastTo(range(states, "int64"), [batch, count, states]);
  const inside = paths(every, chunked, step);
  const starts = [before.state];
  for (let chunk = 0; chunk < count - 1; chunk++) {
    const ends = squeeze(sliceAxis(inside.state, 1, { start: chunk, end: chunk + 1 }), 1);
    starts.push(takeAlong(ends, starts[chunk], 1));
  }
  const from = broadcastTo(expandDims(stack(starts, 1), 2), [batch, count, length, 1]);
  return join(before.outputs, takeAlong(inside.outputs, from, 3));
}

/** @param start  int64 [..., S] states before the first step @param xs  [..., T, F] */
const paths = (start: Tensor, xs: Tensor, step: Step) =>
  scan(
    (before: Tensor, x) => {
      const state = step(x, before);
      return { state, output: state };
    },
    start,
    xs,
    -2,
  );
