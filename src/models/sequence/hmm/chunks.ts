import { concat, reshape, sliceAxis } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Steps up to which a recursion is unrolled as it is: 32×32 pixels, a graph built in seconds. */
const UNROLLED = 1024;
/** Numbers per image that are held at once to go through all chunks from all states. */
const MOST_NUMBERS = 2 ** 23;

/**
 * A long sequence as a first part of `lead` steps and `count` chunks of `length` steps. A recursion of T
 * steps becomes three of about √T: through all chunks at once, from each state that they may begin in;
 * from chunk to chunk; and through all chunks at once again, from where each does begin.
 *
 * @source Hassan, Särkkä & García-Fernández 2021, doi:10.1109/TSP.2021.3103338, with two levels instead of a tree
 */
export interface Chunks {
  /** At least 1. */
  readonly lead: number;
  readonly count: number;
  readonly length: number;
}

/**
 * Divides a sequence, in fewer and longer chunks when each takes much memory; undefined for a sequence that
 * is short, or of which not even one chunk would fit.
 *
 * @param numbers  held for each chunk of an image
 */
export function chunksOf(steps: number, numbers: number): Chunks | undefined {
  const most = Math.floor(MOST_NUMBERS / numbers);
  if (steps <= UNROLLED || most === 0) return undefined;
  const length = Math.max(Math.floor(Math.sqrt(steps)), Math.ceil(steps / (most + 1)));
  const count = Math.ceil(steps / length) - 1;
  return { lead: steps - count * length, count, length };
}

/** Steps that a recursion over a sequence unrolls one after the other. */
export function unrolledSteps(steps: number, numbers: number): number {
  const chunks = chunksOf(steps, numbers);
  return chunks === undefined ? steps : Math.max(chunks.lead, chunks.count, chunks.length);
}

/** [B, T, F] → the first part [B, lead, F], and the chunks [B, n, L, F] */
export function divide(x: Tensor, { lead, count, length }: Chunks): [Tensor, Tensor] {
  const [batch, , width] = x.shape as readonly [Dim, number, number];
  const rest = sliceAxis(x, 1, { start: lead });
  return [sliceAxis(x, 1, { end: lead }), reshape(rest, [batch, count, length, width])];
}

/** Undoes {@link divide}. */
export function join(first: Tensor, chunked: Tensor): Tensor {
  const [batch, count, length, width] = chunked.shape as readonly [Dim, number, number, number];
  return concat([first, reshape(chunked, [batch, count * length, width])], 1);
}
