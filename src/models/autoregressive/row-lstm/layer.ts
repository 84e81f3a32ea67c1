import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { expandDims, reshape, squeeze, stack } from "../../../tensor/ops/rearrange.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Taps } from "../masks.js";
import { gateBias, type LstmState, lstmStep } from "../pixel-rnn/lstm.js";
import { layerOf, windowsOf } from "../pixel-rnn/maps.js";
import { mapsOf, type Network, stateMaps } from "../pixel-rnn/network.js";
import type { Recurrence } from "../pixel-rnn/programs.js";

/** A network of Row LSTMs. */
export interface RowNetwork extends Network {
  /** Columns of the windows of the input-to-state and state-to-state layers; odd. */
  readonly kernel: number;
}

/**
 * A Row LSTM over whole images. A pixel's state is computed from its neighbours' states in the row
 * above, for all pixels of a row at once.
 *
 * @param x  [2h, H, W, B]
 * @returns  [h, H, W, B]
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.1
 */
function rowLstm(scope: Scope, network: RowNetwork, x: Tensor): Tensor {
  const fromInput = inputToState(scope, network, windowsOf(x, inputTaps(network)));
  const step = (above: LstmState | undefined, row: Tensor) => {
    const gates = above === undefined ? row : add(row, stateToState(scope, network, above.h));
    const state = lstmStep(gates, above?.c);
    return { state, output: state.h };
  };
  return scan<LstmState | undefined>(step, undefined, fromInput, 1).outputs;
}

/** The masked window over a layer's input: pixels on the left and the pixel itself. */
function inputTaps({ kernel }: RowNetwork): Taps {
  const reach = (kernel - 1) / 2;
  return { rows: 1, columns: reach + 1, centre: reach };
}

/**
 * The input's contribution to the gates.
 *
 * @param windows  [2h · taps, …]
 * @returns        [4h, …]
 */
function inputToState(scope: Scope, network: RowNetwork, windows: Tensor): Tensor {
  return layerOf(scope.child("inputToState"), windows, {
    from: mapsOf(network),
    to: stateMaps(network, 4),
    taps: inputTaps(network),
    mask: "B",
    bias: gateBias,
  });
}

/**
 * The contribution of a row's states to the gates of the next row. All of them precede it, so nothing
 * is masked.
 *
 * @param h  [h, W, B]
 * @returns  [4h, W, B]
 */
function stateToState(scope: Scope, { config, kernel }: RowNetwork, h: Tensor): Tensor {
  const taps = { rows: 1, columns: kernel, centre: (kernel - 1) / 2 };
  const windows = squeeze(windowsOf(expandDims(h, 1), taps), 1);
  const { hidden } = config;
  return layerOf(scope.child("stateToState"), windows, {
    from: { channels: hidden, groups: 1 },
    to: { channels: 4 * hidden, groups: 1 },
    // All taps lie in the row above. Mask B with the centre at the last column hides none of them.
    taps: { ...taps, centre: kernel - 1 },
    mask: "B",
    bias: false,
  });
}

/** Row LSTMs for a sampler, which carries gate contributions and cell states from the row above. */
export const rowRecurrence: Recurrence<RowNetwork> = {
  overImages: rowLstm,
  context:
    "a pixel depends on a triangle above it, and on as many pixels to its left as the windows of all layers reach",
  atPixel(scope, network, x, carried) {
    const { hidden } = network.config;
    const { columns } = inputTaps(network);
    const left = Array.from({ length: columns - 1 }, (_, tap) =>
      carried.onLeft("x", 2 * hidden, columns - 1 - tap),
    );
    const windows = reshape(stack([...left, x], 1), [2 * hidden * columns, x.shape[1]]);
    const gates = add(inputToState(scope, network, windows), carried.above("gates", 4 * hidden));
    const { h, c } = lstmStep(gates, carried.above("c", hidden));
    carried.put("x", x);
    carried.put("h", h);
    carried.put("c", c);
    return h;
  },
  afterRow(scope, network, carried) {
    const h = carried.here("h", network.config.hidden);
    carried.put("gates", stateToState(scope, network, h));
  },
};
