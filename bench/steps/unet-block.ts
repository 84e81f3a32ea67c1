import { unetBlock } from "../../src/nn/index.js";
import { square } from "../../src/tensor/ops/elementwise.js";
import { mean } from "../../src/tensor/ops/reduction.js";
import { type BenchStep, stepOnly } from "./step.js";

const CHANNELS = 64;

/** A residual block of a U-Net as in Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B. */
export const unetBlockStep: BenchStep = {
  id: "unet-block",
  title: "residual block: twice group norm, SiLU, 3×3 convolution; 64 channels, 32×32, batch 32",
  batchSize: 32,
  data: { channels: CHANNELS, height: 32, width: 32, binary: false, levels: null, annotations: {} },
  build: () =>
    stepOnly(["block"], (scope, x) =>
      mean(square(unetBlock(scope.child("block"), x, { groups: 8 })), [1, 2, 3]),
    ),
};
