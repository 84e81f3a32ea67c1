import { bernoulliNll, conv2d } from "../../src/nn/index.js";
import { mul, relu } from "../../src/tensor/ops/elementwise.js";
import { constant, type Tensor } from "../../src/tensor/tensor.js";
import { type BenchStep, stepOnly } from "./step.js";

/**
 * Multiplies filters `[O, C, rows, columns]` by 1 above and left of the centre, and 0 after it.
 *
 * @param centre  whether the filter sees its centre: mask B of the paper, not mask A
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.4
 */
export function causal(rows: number, columns: number, centre: boolean): (weight: Tensor) => Tensor {
  const middle = Math.floor((rows * columns) / 2);
  const mask = Float32Array.from({ length: rows * columns }, (_, tap) =>
    tap < middle || (centre && tap === middle) ? 1 : 0,
  );
  return (weight) => mul(weight, constant(mask, [1, 1, rows, columns]));
}

function pixelcnn(channels: number): BenchStep {
  return {
    id: `pixelcnn-${channels}`,
    title: `masked 7×7, six masked 3×3 and a 1×1 convolution, ${channels} channels, 28×28, batch 64`,
    batchSize: 64,
    data: { channels: 1, height: 28, width: 28, binary: true, levels: 2, annotations: {} },
    build: () =>
      stepOnly(["stack"], (scope, pixelsUnit) => {
        const stack = scope.child("stack");
        const first = { channels, kernel: 7, padding: 3, transformWeight: causal(7, 7, false) };
        let h = relu(conv2d(stack.child("conv1"), pixelsUnit, first));
        for (let layer = 2; layer <= 7; layer++) {
          const next = { channels, kernel: 3, padding: 1, transformWeight: causal(3, 3, true) };
          h = relu(conv2d(stack.child(`conv${layer}`), h, next));
        }
        const logits = conv2d(stack.child("logits"), h, { channels: 1, kernel: 1 });
        return bernoulliNll(pixelsUnit, logits);
      }),
  };
}

export const pixelcnnSteps: readonly BenchStep[] = [pixelcnn(32), pixelcnn(64)];
