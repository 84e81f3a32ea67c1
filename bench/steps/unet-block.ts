import { conv2d, groupNorm } from "../../src/nn/index.js";
import { silu } from "../../src/tensor/ops/activation.js";
import { add, square } from "../../src/tensor/ops/elementwise.js";
import { mean } from "../../src/tensor/ops/reduction.js";
import { type BenchStep, stepOnly } from "./step.js";

const CHANNELS = 64;

/** A residual block of a U-Net as in Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B. */
export const unetBlock: BenchStep = {
  id: "unet-block",
  title: "residual block: twice group norm, SiLU, 3×3 convolution; 64 channels, 32×32, batch 32",
  batchSize: 32,
  data: { channels: CHANNELS, height: 32, width: 32, binary: false, levels: null, annotations: {} },
  build: () =>
    stepOnly(["block"], (scope, x) => {
      const block = scope.child("block");
      let h = x;
      for (const layer of [1, 2]) {
        h = silu(groupNorm(block.child(`norm${layer}`), h, { groups: 8 }));
        h = conv2d(block.child(`conv${layer}`), h, { channels: CHANNELS, kernel: 3, padding: 1 });
      }
      return mean(square(add(x, h)), [1, 2, 3]);
    }),
};
