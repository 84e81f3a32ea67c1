import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { concat, reshape, sliceAxis, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import { productOfDims } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { gateBias, type LstmState, lstmStep } from "../pixel-rnn/lstm.js";
import { biasOf, type LayerSpec, maskedWeight } from "../pixel-rnn/maps.js";
import { mapsOf, type Network, stateMaps } from "../pixel-rnn/network.js";
import type { Maps } from "../pixelcnn/masks.js";
import {
  type Diagonal,
  type Direction,
  diagonalOrder,
  diagonalsOf,
  inverseOrder,
} from "./diagonals.js";

/**
 * A Diagonal BiLSTM over whole images: an LSTM from each of the two upper corners. What the one from
 * the right says of a pixel is read by the pixel below, as it has seen what is right of it.
 *
 * The LSTM from the right also reads the pixels themselves, which lie before the row that reads it. By
 * masked maps alone, as in the paper, no pixel would see the last one of the row above.
 *
 * @param x       [2h, H, W, B]
 * @param pixels  [C, H, W, B] embedded
 * @returns       [h, H, W, B]
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.2
 */
export function diagonalBiLstm(scope: Scope, network: Network, x: Tensor, pixels: Tensor): Tensor {
  const left = sweep(scope, network, x, "left");
  const right = sweep(scope, network, concat([x, pixels], 0), "right");
  return add(left, rowBelow(right));
}

/** Each row as the row below it sees it: [h, H, W, B]. */
function rowBelow(x: Tensor): Tensor {
  const [hidden, height, width, batch] = x.shape;
  const seen = sliceAxis(x, 1, { end: (height as number) - 1 });
  return concat([zerosOfShape([hidden, 1, width, batch]), seen], 1);
}

/** An LSTM from one corner, diagonal by diagonal: [F, H, W, B] → [h, H, W, B]. */
function sweep(scope: Scope, network: Network, x: Tensor, direction: Direction): Tensor {
  const { height, width, config } = network;
  const batch = x.shape[3];
  const order = diagonalOrder(height, width, direction);
  const positions = height * width;
  const inputs = gather(reshape(x, [x.shape[0], positions, batch]), constantIndices(order), 1);
  const cell = cellOf(scope, network, direction);
  const outputs: Tensor[] = [];
  let start = 0;
  let state: LstmState | undefined;
  diagonalsOf(height, width).forEach((diagonal, index) => {
    const end = start + diagonal.length;
    const here = sliceAxis(inputs, 1, { start, end });
    state = cell(here, state && neighbours(state, diagonal, index, network));
    outputs.push(state.h);
    start = end;
  });
  const inverse = constantIndices(inverseOrder(order));
  return reshape(gather(concat(outputs, 1), inverse, 1), [config.hidden, height, width, batch]);
}

const constantIndices = (order: readonly number[]): Tensor =>
  constant(order, [order.length], "int32");

/** The states that a pixel's follows from: [h, …] each. */
export interface Neighbours {
  /** Of the pixel on the side from which the direction comes. */
  readonly beside: LstmState;
  readonly above: Tensor;
}

/** States of the diagonal before, [h, n, B], as the pixels of a diagonal see them; zeros outside. */
function neighbours(
  { h, c }: LstmState,
  { top, length }: Diagonal,
  diagonal: number,
  { height, width }: Network,
): Neighbours {
  const none = zerosOfShape([h.shape[0], 1, h.shape[2]]);
  // The first pixel of a new row has nothing beside it; the first row has nothing above it.
  const beside = (x: Tensor): Tensor => {
    const inside = diagonal < width ? x : sliceAxis(x, 1, { start: 1 });
    return diagonal < height ? concat([inside, none], 1) : inside;
  };
  const under = top === 0 ? concat([none, h], 1) : h;
  return {
    beside: { h: beside(h), c: beside(c) },
    above: sliceAxis(under, 1, { end: length }),
  };
}

/**
 * The cell of one direction, at any number of positions.
 *
 * @returns  from the input [F, …] and the neighbours, none at the corner, to the state [h, …]
 */
export function cellOf(
  scope: Scope,
  network: Network,
  direction: Direction,
): (x: Tensor, neighbours?: Neighbours) => LstmState {
  const { hidden } = network.config;
  const place = scope.child(direction);
  const [inputSpec, stateSpec] = specsOf(network, direction);
  const fromInput = flat(maskedWeight(place.child("inputToState"), inputSpec));
  const fromState = flat(maskedWeight(place.child("stateToState"), stateSpec));
  const all = concat([fromInput, fromState], 1);
  const bias = biasOf(place.child("inputToState"), inputSpec);
  return (x, states) => {
    const positions = x.shape.slice(1);
    const read = states === undefined ? x : concat([x, states.beside.h, states.above], 0);
    const columns = reshape(read, [read.shape[0], productOfDims(positions)]);
    const gates = add(matmul(states === undefined ? fromInput : all, columns), bias);
    return lstmStep(reshape(gates, [4 * hidden, ...positions]), states?.beside.c);
  };
}

const flat = (weight: Tensor): Tensor => reshape(weight, [weight.shape[0], -1]);

/** Input-to-state, and state-to-state of the two neighbours one after the other. */
function specsOf(network: Network, direction: Direction): [LayerSpec, LayerSpec] {
  const { hidden } = network.config;
  const whole = (channels: number): Maps => ({ channels, groups: 1 });
  const gates = whole(4 * hidden);
  const masked: LayerSpec = {
    ...{ from: mapsOf(network), to: stateMaps(network, 4) },
    ...{ mask: "B", bias: gateBias },
  };
  const unmasked: LayerSpec = {
    ...{ from: whole(2 * hidden + network.channels), to: gates },
    ...{ mask: "B", bias: gateBias },
  };
  const fromState: LayerSpec = {
    ...{ from: whole(2 * hidden), to: gates },
    ...{ mask: "B", bias: false },
  };
  return [direction === "left" ? masked : unmasked, fromState];
}
