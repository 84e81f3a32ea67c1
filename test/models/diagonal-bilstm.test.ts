import { describe, expect, test } from "vitest";
import { diagonalBiLstm } from "../../src/models/autoregressive/diagonal-bilstm/index.js";
import { diagonalRecurrence } from "../../src/models/autoregressive/diagonal-bilstm/recurrence.js";
import {
  type ByHand,
  bias,
  type LayerByHand,
  lstmByHand,
  mapOf,
  read,
  tap,
  total,
  type Vector,
  type VectorMap,
  zeros,
} from "../../src/models/autoregressive/pixel-rnn/by-hand.testing.js";
import { networkFor } from "../../src/models/autoregressive/pixel-rnn/model.js";
import type { Network } from "../../src/models/autoregressive/pixel-rnn/network.js";
import {
  binary,
  checkPixelRnn,
  dependenciesOf,
  isBefore,
  type PixelRnnUnderTest,
} from "./pixel-rnn-checks.js";

/**
 * The LSTM from one side, pixel by pixel. A state depends on the states of the pixels beside and above,
 * and continues the cell state of the pixel beside.
 */
function lstm(network: ByHand, name: string, x: VectorMap, side: -1 | 1): VectorMap {
  const { height, width, hidden } = network;
  const inputs = x[0][0].length;
  const empty = (): Vector[][] => Array.from({ length: height }, () => []);
  const [h, c] = [empty(), empty()];
  for (let i = 0; i < height; i++) {
    for (let step = 0; step < width; step++) {
      const j = side === -1 ? step : width - 1 - step;
      const none = zeros(hidden);
      const beside = h[i][j + side] ?? none;
      const above = h[i - 1]?.[j] ?? none;
      const gates = total(
        bias(network, `${name}.inputToState`),
        tap(network, `${name}.inputToState`, [inputs, 1, 1], [0, 0], x[i][j]),
        tap(network, `${name}.stateToState`, [2 * hidden, 1, 1], [0, 0], [...beside, ...above]),
      );
      const state = lstmByHand(gates, c[i][j + side] ?? none);
      h[i][j] = state.h;
      c[i][j] = state.c;
    }
  }
  return h;
}

/** Section 3.2 of the paper: the map from the right is shifted down by a row and added. */
const byHand: LayerByHand = (network, scope, x, pixels) => {
  const left = lstm(network, `${scope}.left`, x, -1);
  const withPixels = mapOf(network, (i, j) => [...x[i][j], ...pixels[i][j]]);
  const right = lstm(network, `${scope}.right`, withPixels, 1);
  return mapOf(network, (i, j) => total(left[i][j], read(right, i - 1, j)));
};

const subject: PixelRnnUnderTest<Network> = {
  definition: diagonalBiLstm,
  recurrence: diagonalRecurrence,
  byHand,
  networkOf: (config, data) =>
    networkFor(
      "diagonal-bilstm",
      diagonalBiLstm.config.parse(config) as Parameters<typeof networkFor>[1],
      data,
    ),
};

checkPixelRnn(subject);

describe("there is no blind spot", () => {
  test.each([
    { height: 3, width: 3, channels: 1, layers: 1 },
    { height: 5, width: 7, channels: 1, layers: 1 },
    { height: 7, width: 5, channels: 1, layers: 2 },
    { height: 3, width: 4, channels: 3, layers: 1 },
  ])(
    "$height×$width, $channels channels, $layers layers",
    ({ height, width, channels, layers }) => {
      const data = binary(height, width, channels);
      const config = { hidden: 12, outputFeatures: 24, firstKernel: 3, layers };
      const matrix = dependenciesOf(subject, config, data);
      matrix.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value !== 0, `variable ${i} on variable ${j}`).toBe(isBefore(data, j, i));
        });
      });
    },
  );
});
