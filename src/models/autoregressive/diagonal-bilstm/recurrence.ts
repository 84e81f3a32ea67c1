import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { concat, sliceAxis, squeeze, stack, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type LstmState, lstmStep } from "../pixel-rnn/lstm.js";
import type { Network } from "../pixel-rnn/network.js";
import type { Recurrence } from "../pixel-rnn/programs.js";
import { type Cell, cellOf } from "./cell.js";
import { diagonalBiLstm } from "./layer.js";

/**
 * Diagonal BiLSTMs for a sampler. The LSTM from the left makes one step per pixel; the one from the
 * right passes over each row once the row is complete.
 */
export const diagonalRecurrence: Recurrence<Network> = {
  overImages: diagonalBiLstm,
  context: "none: a pixel depends on all pixels before it",
  atPixel(scope, network, x, carried) {
    const { hidden } = network.config;
    const unread = zerosOfShape([network.channels, x.shape[1]]);
    const beside = carried.onLeft("h", hidden, 1);
    const read = concat([x, unread, beside, carried.above("h", hidden)], 0);
    const { h, c } = step(cellOf(scope, network, "left"), read, carried.onLeft("c", hidden, 1));
    carried.put("x", x);
    carried.put("h", h);
    carried.put("c", c);
    return add(h, carried.above("right", hidden));
  },
  afterRow(scope, network, carried) {
    const { hidden } = network.config;
    const x = carried.here("x", 2 * hidden);
    const row = concat([x, carried.pixels(network.channels)], 0);
    carried.put("right", fromTheRight(scope, network, row, carried.above("right", hidden)));
  },
};

/** One row of the LSTM from the right: [F, W, B] and the states above [h, W, B] → [h, W, B]. */
function fromTheRight(scope: Scope, network: Network, row: Tensor, above: Tensor): Tensor {
  const cell = cellOf(scope, network, "right");
  const at = (x: Tensor, column: number) =>
    squeeze(sliceAxis(x, 1, { start: column, end: column + 1 }), 1);
  const nothing = zerosOfShape([network.config.hidden, row.shape[2]]);
  const outputs: Tensor[] = [];
  let state: LstmState = { h: nothing, c: nothing };
  for (let column = network.width - 1; column >= 0; column--) {
    const read = concat([at(row, column), state.h, at(above, column)], 0);
    state = step(cell, read, state.c);
    outputs.unshift(state.h);
  }
  return stack(outputs, 1);
}

/** @param read  [F, B] */
function step({ weight, bias }: Cell, read: Tensor, remembered: Tensor): LstmState {
  return lstmStep(add(matmul(weight, read), bias), remembered);
}
