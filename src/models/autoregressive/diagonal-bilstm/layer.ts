import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import {
  concat,
  reshape,
  sliceAxis,
  split,
  squeeze,
  stack,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { productOfDims } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type LstmState, lstmStep } from "../pixel-rnn/lstm.js";
import type { Network } from "../pixel-rnn/network.js";
import { cellOf } from "./cell.js";
import {
  type Diagonal,
  type Direction,
  diagonalOrder,
  diagonalsOf,
  inverseOrder,
} from "./diagonals.js";

const DIRECTIONS: readonly Direction[] = ["left", "right"];

/**
 * A Diagonal BiLSTM over whole images: an LSTM from each of the two upper corners. The state of the one
 * from the right has seen pixels to the right, so the pixel below reads it.
 *
 * The LSTM from the right also reads the pixels themselves, all of which precede the row that reads its
 * state. In the paper it reads only masked maps. These carry no information about the last pixel of a
 * row to the LSTMs below, so the next row could not see that pixel outside the first window.
 *
 * @param x       [2h, H, W, B]
 * @param pixels  [C, H, W, B] embedded
 * @returns       [h, H, W, B]
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.2
 */
export function diagonalBiLstm(scope: Scope, network: Network, x: Tensor, pixels: Tensor): Tensor {
  const [left, right] = sweeps(scope, network, concat([x, pixels], 0));
  return add(left, rowBelow(right));
}

/** Shifts maps down by a row, so that each row reads the one above: [h, H, W, B]. */
function rowBelow(x: Tensor): Tensor {
  const [hidden, height, width, batch] = x.shape;
  const seen = sliceAxis(x, 1, { end: (height as number) - 1 });
  return concat([zerosOfShape([hidden, 1, width, batch]), seen], 1);
}

/** Both LSTMs side by side, diagonal by diagonal: [F, H, W, B] → [h, H, W, B] each. */
function sweeps(scope: Scope, network: Network, x: Tensor): Tensor[] {
  const { height, width, config } = network;
  const [features, , , batch] = x.shape;
  const orders = DIRECTIONS.map((direction) => diagonalOrder(height, width, direction));
  const flat = reshape(x, [features, height * width, batch]);
  const inputs = stack(orders.map((order) => picked(flat, order)));
  const outputs = concat(walk(scope, network, inputs), 2);
  return split(outputs, [1, 1], 0).map((output, index) =>
    reshape(picked(squeeze(output, 0), inverseOrder(orders[index])), [
      config.hidden,
      ...[height, width, batch],
    ]),
  );
}

/** Reorders positions: [F, H · W, B]. */
function picked(x: Tensor, order: readonly number[]): Tensor {
  return gather(x, constant(order, [order.length], "int32"), 1);
}

/** States [2, h, n, B] of each diagonal in turn, from inputs [2, F, H · W, B]. */
function walk(scope: Scope, network: Network, inputs: Tensor): Tensor[] {
  const { height, width, config } = network;
  const [, features, , batch] = inputs.shape;
  const cells = DIRECTIONS.map((direction) => cellOf(scope, network, direction));
  const weight = stack(cells.map((cell) => cell.weight));
  const bias = stack(cells.map((cell) => cell.bias));
  const nothing = zerosOfShape([2, config.hidden, 1, batch]);
  let state: LstmState = { h: nothing, c: nothing };
  let start = 0;
  return diagonalsOf(height, width).map((diagonal, index) => {
    const end = start + diagonal.length;
    const here = sliceAxis(inputs, 2, { start, end });
    const { beside, above, remembered } = neighbours(state, diagonal, index, network);
    const read = concat([here, beside, above], 1);
    const columns = reshape(read, [
      ...[2, (features as number) + 2 * config.hidden],
      productOfDims([diagonal.length, batch]),
    ]);
    const gates = add(matmul(weight, columns), bias);
    state = lstmStep(reshape(gates, [2, 4 * config.hidden, diagonal.length, batch]), remembered, 1);
    start = end;
    return state.h;
  });
}

/**
 * States of the previous diagonal, [2, h, n, B], that the pixels of a diagonal read; zeros outside.
 */
function neighbours(
  { h, c }: LstmState,
  { top, length }: Diagonal,
  diagonal: number,
  { height, width }: Network,
) {
  if (diagonal === 0) return { beside: h, above: h, remembered: c };
  const nothing = zerosOfShape([...h.shape.slice(0, 2), 1, h.shape[3]]);
  // The first pixel of a new row has no neighbour beside it; the first row has none above.
  const beside = (x: Tensor): Tensor => {
    const inside = diagonal < width ? x : sliceAxis(x, 2, { start: 1 });
    return diagonal < height ? concat([inside, nothing], 2) : inside;
  };
  const under = top === 0 ? concat([nothing, h], 2) : h;
  return {
    beside: beside(h),
    above: sliceAxis(under, 2, { end: length }),
    remembered: beside(c),
  };
}
