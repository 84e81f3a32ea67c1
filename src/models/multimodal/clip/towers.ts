import type { CaptionTraits } from "../../../core/text.js";
import {
  captionEncoder,
  conv2d,
  dense,
  groupNorm,
  groupsDividing,
  residualBlock,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { silu } from "../../../tensor/ops/activation.js";
import {
  add,
  div,
  exp,
  minimum,
  sqrt,
  square,
  straightThrough,
} from "../../../tensor/ops/elementwise.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { ClipConfig } from "./config.js";

/** log(1 / 0.07), the paper's first logit scale, and the largest that it lets training reach. */
const FIRST_LOG_SCALE = Math.log(1 / 0.07);
const LARGEST_LOG_SCALE = Math.log(100);
const GROUPS = 8;

/** The embeddings of images: [B, C, H, W] → [B, features] of length 1. */
export function imageTower(scope: Scope, pixelsUnit: Tensor, config: ClipConfig): Tensor {
  const own = scope.child("image");
  const [first, ...others] = config.channels;
  const stem = conv2d(own.child("stem"), pixelsUnit, { channels: first, kernel: 3, padding: 1 });
  const maps = others.reduce(
    (h, channels, stage) =>
      residualBlock(own.child(`block${stage + 1}`), h, {
        channels,
        normalise: normal,
        activation: silu,
        resample: "down",
      }),
    stem,
  );
  const seen = mean(silu(normal(own.child("norm"), maps)), [2, 3]);
  return ofLengthOne(dense(own.child("output"), seen, { features: config.features }));
}

/** The embeddings of captions: int32 [B, T] → [B, features] of length 1. */
export function captionTower(
  scope: Scope,
  caption: Tensor,
  { features, text, blocks, heads }: ClipConfig,
  { vocabulary }: CaptionTraits,
): Tensor {
  const options = { words: vocabulary.length, features, width: text, blocks, heads };
  return ofLengthOne(captionEncoder(scope.child("caption"), caption, options));
}

/**
 * The learned factor that turns cosines into logits; clipped to at most 100. The gradient passes the clip,
 * without which a scale that goes beyond 100 could never come back.
 *
 * @source clipping: Radford et al. 2021, arXiv:2103.00020, section 2.5
 */
export function logitScale(scope: Scope): Tensor {
  const first = () => Float32Array.of(FIRST_LOG_SCALE);
  const log = scope.child("scale").parameter("log", [1], first);
  return exp(straightThrough(minimum(log, LARGEST_LOG_SCALE), log));
}

/** Group normalisation, by the most groups up to 8 that divide the channels. */
function normal(scope: Scope, h: Tensor): Tensor {
  const channels = h.shape[1] as number;
  return groupNorm(scope, h, { groups: groupsDividing(channels, GROUPS) });
}

const ofLengthOne = (x: Tensor): Tensor => div(x, sqrt(add(sum(square(x), 1, true), 1e-12)));
