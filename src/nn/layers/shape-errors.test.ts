import { expect, test } from "vitest";
import { input, ShapeError, type Tensor } from "../../tensor/index.js";
import { traced } from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import { convTranspose2d } from "./conv-transpose2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { fourierEmbedding } from "./fourier-embedding.js";
import { groupNorm } from "./group-norm.js";
import { instanceNorm } from "./instance-norm.js";
import { layerNorm } from "./layer-norm.js";
import { minibatchStd } from "./minibatch-std.js";
import { causalMask, multiHeadAttention } from "./multi-head-attention.js";
import { pixelShuffle, pixelUnshuffle } from "./pixel-shuffle.js";
import { reflectionPad2d } from "./reflection-pad2d.js";
import { residualBlock } from "./residual-block.js";
import { resizeConv2d } from "./resize-conv2d.js";
import { spatialAttention } from "./spatial-attention.js";
import { timestepEmbedding } from "./timestep-embedding.js";
import { unetBlock } from "./unet-block.js";

const images = input("x", ["B", 4, 5, 5]);
const six = input("x", [6, 4, 5, 5]);
const sequence = input("sequence", ["B", 3, 6]);
const times = input("t", ["B"]);

test.each<[string, (scope: Scope) => Tensor, RegExp]>([
  ["groups of conv2d", (s) => conv2d(s, images, { channels: 6, kernel: 3, groups: 4 }), /4 → 6/],
  [
    "same with stride",
    (s) => conv2d(s, images, { channels: 6, kernel: 3, stride: 2, padding: "same" }),
    /stride 1/,
  ],
  [
    "groups of convTranspose2d",
    (s) => convTranspose2d(s, images, { channels: 6, kernel: 3, groups: 4 }),
    /4 → 6/,
  ],
  ["groups of groupNorm", (s) => groupNorm(s, images, { groups: 3 }), /3 groups.*4 channels/],
  ["axes of layerNorm", (s) => layerNorm(s, images, { axes: 5 }), /5 last axes/],
  ["symbolic axis of layerNorm", (s) => layerNorm(s, images, { axes: 4 }), /static length/],
  ["rank of instanceNorm", (s) => instanceNorm(s, input("v", ["B", 3])), /\[N, C, H, W\]/],
  ["symbolic features", (s) => dense(s, input("v", [3, "B"]), { features: 1 }), /static length/],
  ["heads", (s) => multiHeadAttention(s, sequence, { heads: 4 }), /4 heads.*6 features/],
  ["rank of attention", (s) => multiHeadAttention(s, images, { heads: 1 }), /\[B, T, D\]/],
  [
    "rank of a context",
    (s) => multiHeadAttention(s, sequence, { heads: 2, context: images }),
    /\[B, T, D\]/,
  ],
  [
    "a mask of another length",
    (s) => multiHeadAttention(s, sequence, { heads: 2, mask: causalMask(4) }),
    /do not broadcast/,
  ],
  ["heads over positions", (s) => spatialAttention(s, images, { heads: 3, groups: 2 }), /3 heads/],
  ["rank over positions", (s) => spatialAttention(s, sequence, { heads: 3, groups: 2 }), /H, W/],
  ["symbolic channels of a block", (s) => residualBlock(s, input("x", [1, "C", 4, 4])), /static/],
  ["groups of a block", (s) => unetBlock(s, images, { groups: 3 }), /3 groups.*4 channels/],
  [
    "factor of resizeConv2d",
    (s) => resizeConv2d(s, images, { channels: 1, kernel: 1, factor: 0.5 }),
    /positive integer/,
  ],
  ["odd timestep embedding", () => timestepEmbedding(times, { features: 5 }), /5 features/],
  ["timestep embedding of two", () => timestepEmbedding(times, { features: 2 }), /2 features/],
  ["timesteps that are images", () => timestepEmbedding(images, { features: 4 }), /a vector/],
  ["odd Fourier embedding", (s) => fourierEmbedding(s, times, { features: 3 }), /3 features/],
  ["groups of images", () => minibatchStd(six, { group: 4 }), /groups of 4.*6 images/],
  ["groups of a symbolic batch", () => minibatchStd(images), /static length/],
  ["reflection beyond", () => reflectionPad2d(images, [4, 5, 0, 0]), /5 pixels.*5 and 0/],
  ["rank of reflection", () => reflectionPad2d(sequence, 1), /\[N, C, H, W\]/],
  ["channels to shuffle", () => pixelShuffle(images, 3), /3².*4 channels/],
  ["pixels to unshuffle", () => pixelUnshuffle(images, 2), /2 .*5 × 5/],
  ["factor to shuffle", () => pixelShuffle(images, 0.5), /positive integer/],
])("%s: a shape that does not fit is refused", (_, layer, message) => {
  const tracing = () => traced(true, layer);
  expect(tracing).toThrow(ShapeError);
  expect(tracing).toThrow(message);
});
