import {
  conv2d,
  groupNorm,
  pixelShuffle,
  pixelUnshuffle,
  resizeConv2d,
  unetBlock,
  zeros,
} from "../../../nn/index.js";
import { silu } from "../../../tensor/ops/activation.js";
import { concat } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { headsFor, type Network } from "./network.js";

/**
 * The U-Net of diffusion models: residual blocks with group normalisation, self-attention at some levels,
 * strided convolutions down and resize-convolutions up, skip connections between.
 *
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B; patches as in Hoogeboom, Heek & Salimans
 *         2023, arXiv:2301.11093, section 3.2
 */
export const unet: Network = {
  embeddingLength: ({ channels }) => 4 * channels,
  trace,
};

function trace(...[scope, z, told, settings, channels]: Parameters<Network["trace"]>): Tensor {
  const { multipliers, blocks, attention, heads, dropout, patch } = settings;
  const widths = multipliers.map((multiplier) => multiplier * settings.channels);
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

/** Most groups of a group normalisation. */
const MOST_GROUPS = 8;

/** Groups that divide both numbers of channels, each of two channels or more where possible. */
function commonGroups(a: number, b: number): number {
  for (let groups = MOST_GROUPS; groups > 1; groups--) {
    if (a % groups === 0 && b % groups === 0 && Math.min(a, b) >= 2 * groups) return groups;
  }
  return 1;
}
