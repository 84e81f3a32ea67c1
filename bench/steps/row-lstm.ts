import { bernoulliNll, conv2d } from "../../src/nn/index.js";
import type { Scope } from "../../src/nn/scope.js";
import { add, mul, sigmoid, tanh } from "../../src/tensor/ops/elementwise.js";
import { expandDims, split, squeeze, zerosOfShape } from "../../src/tensor/ops/rearrange.js";
import { scan } from "../../src/tensor/recurrence.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { causal } from "./pixelcnn.js";
import { type BenchStep, stepOnly } from "./step.js";

const BATCH = 32;
const SIDE = 28;
const HIDDEN = 32;

/**
 * A convolutional LSTM that carries its state from row to row.
 *
 * @param x  [B, C, H, W]
 * @returns  [B, HIDDEN, H, W]
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.1
 */
function rowLstm(scope: Scope, x: Tensor): Tensor {
  const fromInput = conv2d(scope.child("input"), x, {
    channels: 4 * HIDDEN,
    kernel: [1, 3],
    padding: [0, 1],
    transformWeight: causal(1, 3, true),
  });
  const nothing = zerosOfShape([x.shape[0], HIDDEN, 1, SIDE]);
  const { outputs } = scan(
    ({ h, c }, row) => {
      const fromState = conv2d(scope.child("state"), h, {
        channels: 4 * HIDDEN,
        kernel: [1, 3],
        padding: [0, 1],
        bias: false,
      });
      const gates = add(expandDims(row, 2), fromState);
      const [keep, write, show, content] = split(gates, [HIDDEN, HIDDEN, HIDDEN, HIDDEN], 1);
      const next = add(mul(sigmoid(keep), c), mul(sigmoid(write), tanh(content)));
      const shown = mul(sigmoid(show), tanh(next));
      return { state: { h: shown, c: next }, output: squeeze(shown, 2) };
    },
    { h: nothing, c: nothing },
    fromInput,
    2,
  );
  return outputs;
}

export const rowLstmStep: BenchStep = {
  id: "row-lstm",
  title: "row-LSTM layer of 32 channels over 28 rows, masked 7×7 in, 1×1 out, batch 32",
  batchSize: BATCH,
  data: { channels: 1, height: SIDE, width: SIDE, binary: true, levels: 2, annotations: {} },
  build: () =>
    stepOnly(["layer"], (scope, pixelsUnit) => {
      const layer = scope.child("layer");
      const x = conv2d(layer.child("first"), pixelsUnit, {
        channels: HIDDEN,
        kernel: 7,
        padding: 3,
        transformWeight: causal(7, 7, false),
      });
      const logits = conv2d(layer.child("logits"), rowLstm(layer, x), { channels: 1, kernel: 1 });
      return bernoulliNll(pixelsUnit, logits);
    }),
};
