import type { ImageShape } from "../../../core/batch.js";
import {
  conv2d,
  dense,
  groupNorm,
  pixelShuffle,
  pixelUnshuffle,
  resizeConv2d,
  timestepEmbedding,
  unetBlock,
  zeros,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { silu } from "../../../tensor/ops/activation.js";
import { add, clip, log, mul } from "../../../tensor/ops/elementwise.js";
import { concat } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { DdpmConfig } from "./config.js";

/** What the network is told besides the noisy image. */
export interface UnetInputs {
  /** [B] noise levels in [0, ∞]. */
  readonly sigma: Tensor;
  /** [B, 4 · channels] embedding of the class. */
  readonly condition?: Tensor | undefined;
}

/** Length of the embedding of a noise level, to which that of a condition is added. */
export const embeddingLength = ({ channels }: Pick<DdpmConfig, "channels">): number => 4 * channels;

/**
 * The U-Net of diffusion models: residual blocks with group normalisation, self-attention at some levels,
 * strided convolutions down and resize-convolutions up, skip connections between.
 *
 * @param z  [B, C, H, W] noisy images at unit scale; `patch` and the halvings must divide H and W
 * @returns  [B, C, H, W] a prediction, 0 before training
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B; patches as in Hoogeboom, Heek & Salimans
 *         2023, arXiv:2301.11093, section 3.2
 */
export function unet(
  scope: Scope,
  z: Tensor,
  { sigma, condition }: UnetInputs,
  config: DdpmConfig,
  { channels }: Pick<ImageShape, "channels">,
): Tensor {
  const { multipliers, blocks, attention, heads, dropout, patch } = config;
  const level = levelEmbedding(scope.child("level"), sigma, config);
  const told = condition === undefined ? level : add(level, condition);
  const widths = multipliers.map((multiplier) => multiplier * config.channels);
  const block = (name: string, x: Tensor, width: number, attends: boolean) =>
    unetBlock(scope.child(name), x, {
      channels: width,
      groups: commonGroups(Number(x.shape[1]), width),
      condition: told,
      dropout,
      zeroBranch: true,
      heads: attends ? headsFor(width, heads) : undefined,
    });
  const attendsAt = (at: number) => attention.includes(at + 1);

  const patches = patch === 1 ? z : pixelUnshuffle(z, patch);
  let h = conv2d(scope.child("in"), patches, { channels: widths[0], kernel: 3, padding: 1 });
  const skips = [h];
  for (const [at, width] of widths.entries()) {
    for (let index = 1; index <= blocks; index++) {
      h = block(`down${at + 1}.${index}`, h, width, attendsAt(at));
      skips.push(h);
    }
    if (at === widths.length - 1) continue;
    h = conv2d(scope.child(`down${at + 1}.halve`), h, {
      channels: width,
      kernel: 3,
      stride: 2,
      padding: 1,
    });
    skips.push(h);
  }

  const deepest = widths[widths.length - 1];
  h = block("middle.1", h, deepest, attention.length > 0);
  h = block("middle.2", h, deepest, false);

  for (const [at, width] of [...widths.entries()].reverse()) {
    for (let index = 1; index <= blocks + 1; index++) {
      h = concat([h, skips.pop() as Tensor], 1);
      h = block(`up${at + 1}.${index}`, h, width, attendsAt(at));
    }
    if (at === 0) continue;
    h = resizeConv2d(scope.child(`up${at + 1}.double`), h, {
      channels: width,
      kernel: 3,
      padding: 1,
    });
  }

  const groups = commonGroups(widths[0], widths[0]);
  const out = conv2d(scope.child("out"), silu(groupNorm(scope.child("norm"), h, { groups })), {
    channels: channels * patch ** 2,
    kernel: 3,
    padding: 1,
    weightInitialiser: zeros,
    biasInitialiser: zeros,
  });
  return patch === 1 ? out : pixelShuffle(out, patch);
}

/** Bounds of ln σ that the embedding tells apart. */
const LARGEST_LOG = 8;

/** [B, 4 · channels] embedding of noise levels, by ln σ on a scale from 0 to 1,000. */
function levelEmbedding(scope: Scope, sigma: Tensor, config: DdpmConfig): Tensor {
  const features = embeddingLength(config);
  const bounded = clip(log(clip(sigma, 1e-6, 1e6)), -LARGEST_LOG, LARGEST_LOG);
  const time = mul(add(bounded, LARGEST_LOG), 1000 / (2 * LARGEST_LOG));
  const waves = timestepEmbedding(time, { features: Math.max(4, 2 * config.channels) });
  const hidden = silu(dense(scope.child("hidden"), waves, { features }));
  return dense(scope.child("out"), hidden, { features });
}

/** Most groups of a group normalisation. */
const MOST_GROUPS = 8;

/** Groups that divide both numbers of channels, each of two channels or more where possible. */
function commonGroups(a: number, b: number): number {
  for (let groups = MOST_GROUPS; groups > 1; groups--) {
    if (a % groups === 0 && b % groups === 0 && Math.min(a, b) >= 2 * groups) return groups;
  }
  return 1;
}

/** The largest number of heads up to `most` that divides the channels. */
function headsFor(channels: number, most: number): number {
  for (let heads = most; heads > 1; heads--) if (channels % heads === 0) return heads;
  return 1;
}
