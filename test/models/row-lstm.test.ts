import { describe, expect, test } from "vitest";
import type { DataTraits } from "../../src/core/batch.js";
import {
  bias,
  type LayerByHand,
  lstmByHand,
  mapOf,
  read,
  tap,
  total,
  type VectorMap,
  zeros,
} from "../../src/models/autoregressive/pixel-rnn/by-hand.testing.js";
import { networkFor } from "../../src/models/autoregressive/pixel-rnn/model.js";
import { rowLstm } from "../../src/models/autoregressive/row-lstm/index.js";
import { type RowNetwork, rowRecurrence } from "../../src/models/autoregressive/row-lstm/layer.js";
import {
  binary,
  checkPixelRnn,
  dependenciesOf,
  type PixelRnnUnderTest,
} from "./pixel-rnn-checks.js";

const KERNEL = 3;

/** A Row LSTM with windows of three columns, as in section 3.1 of the paper. */
const byHand: LayerByHand = (network, scope, x) => {
  const { hidden } = network;
  const [fromInput, fromState] = [`${scope}.inputToState`, `${scope}.stateToState`];
  const h: VectorMap = [];
  const c: VectorMap = [];
  for (let i = 0; i < network.height; i++) {
    h.push([]);
    c.push([]);
    for (let j = 0; j < network.width; j++) {
      const inputs = [-1, 0].map((offset) =>
        tap(network, fromInput, [2 * hidden, 1, 2], [0, offset + 1], read(x, i, j + offset)),
      );
      const above = i === 0 ? zeros(hidden) : c[i - 1][j];
      const states = [-1, 0, 1].map((offset) =>
        tap(
          ...([network, fromState, [hidden, 1, KERNEL], [0, offset + 1]] as const),
          i === 0 ? zeros(hidden) : (h[i - 1][j + offset] ?? zeros(hidden)),
        ),
      );
      const gates = total(bias(network, fromInput), ...inputs, ...states);
      const state = lstmByHand(gates, above);
      h[i][j] = state.h;
      c[i][j] = state.c;
    }
  }
  return mapOf(network, (i, j) => h[i][j]);
};

const subject: PixelRnnUnderTest<RowNetwork> = {
  definition: rowLstm,
  recurrence: rowRecurrence,
  byHand,
  networkOf: (config, data) => {
    const parsed = rowLstm.config.parse(config) as Parameters<typeof networkFor>[1] & {
      kernel: number;
    };
    return { ...networkFor("row-lstm", parsed, data), kernel: parsed.kernel };
  },
};

checkPixelRnn(subject);

/**
 * The pixels that a pixel's features can depend on, as positions in raster order, found by following
 * the paper's windows one by one.
 */
function contextOf(
  { height, width }: DataTraits,
  pixel: number,
  { firstKernel, layers, kernel }: { firstKernel: number; layers: number; kernel: number },
): Set<number> {
  const [reach, side] = [(firstKernel - 1) / 2, (kernel - 1) / 2];
  const seen = new Set<number>();
  const done = new Set<string>();
  const inside = (i: number, j: number) => i >= 0 && j >= 0 && j < width && i < height;
  const columns = Array.from({ length: 2 * side + 1 }, (_, index) => index - side);
  const features = (layer: number, i: number, j: number): void => {
    if (!inside(i, j) || done.has(`x ${layer} ${i} ${j}`)) return;
    done.add(`x ${layer} ${i} ${j}`);
    if (layer > 0) {
      features(layer - 1, i, j);
      states(layer, i, j);
      return;
    }
    for (let a = i - reach; a <= i; a++) {
      for (let b = j - reach; b <= j + reach; b++) {
        if (inside(a, b) && (a < i || b < j)) seen.add(a * width + b);
      }
    }
  };
  const states = (layer: number, i: number, j: number): void => {
    if (!inside(i, j) || done.has(`h ${layer} ${i} ${j}`)) return;
    done.add(`h ${layer} ${i} ${j}`);
    for (const offset of columns) {
      if (offset <= 0) features(layer - 1, i, j + offset);
      states(layer, i - 1, j + offset);
    }
  };
  features(layers, Math.floor(pixel / width), pixel % width);
  return seen;
}

describe("the context is exactly the paper's triangle", () => {
  const data = binary(6, 9);
  test.each([
    { firstKernel: 3, layers: 1, kernel: 3 },
    { firstKernel: 3, layers: 2, kernel: 3 },
    { firstKernel: 5, layers: 1, kernel: 3 },
    { firstKernel: 3, layers: 1, kernel: 5 },
  ])("%j", (windows) => {
    const config = { hidden: 4, outputFeatures: 6, ...windows };
    const matrix = dependenciesOf(subject, config, data);
    matrix.forEach((row, pixel) => {
      const expected = contextOf(data, pixel, windows);
      expect(row.flatMap((value, other) => (value !== 0 ? [other] : []))).toEqual(
        [...expected].sort((a, b) => a - b),
      );
    });
  });

  test("as a picture: the narrowest network, from the middle of the last row", () => {
    const config = { hidden: 4, outputFeatures: 6, firstKernel: 3, layers: 1 };
    const [pixel] = [5 * 9 + 4];
    const seen = dependenciesOf(subject, config, data)[pixel];
    const picture = Array.from({ length: 6 }, (_, i) =>
      seen
        .slice(i * 9, i * 9 + 9)
        .map((value, j) => (i * 9 + j === pixel ? "@" : value !== 0 ? "#" : "."))
        .join(""),
    );
    expect(picture).toEqual([
      "#########",
      "#########",
      "########.",
      "#######..",
      ".#####...",
      "..##@....",
    ]);
  });
});

test("the layers' windows need a centre, too", () => {
  const config = rowLstm.config.parse({ kernel: 4 });
  expect(() => rowLstm.build(config, binary(3, 3))).toThrow("kernel=4 has no centre");
});
