import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { conv2d, instanceNorm, normalValues, type Scope } from "../../../nn/index.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import type { Tensor } from "../../../tensor/tensor.js";

export interface PatchFeaturesOptions {
  /** Channels after each halving. */
  readonly channels: readonly number[];
  /** Whether all but the first layer normalise each image; it must be off under gradient penalties. */
  readonly normalise: boolean;
  /** Slope of the leaky rectifier below 0. */
  readonly slope: number;
}

/** Of layers that normalisation scales and shifts; others have PyTorch's usual values and a bias. */
const normalised = { weightInitialiser: normalValues(0.02), bias: false };

/**
 * Features of overlapping patches of images: convolutions of 4×4 with stride 2, so that each position
 * sees a part of the image only.
 *
 * @param x  [B, C, H, W] in [−1, 1]
 * @returns  [B, F, h, w]
 * @source Isola et al. 2017, arXiv:1611.07004, section 3.2.2
 */
export function patchFeatures(scope: Scope, x: Tensor, options: PatchFeaturesOptions): Tensor {
  const { channels, normalise, slope } = options;
  return channels.reduce((h, features, at) => {
    const layer = scope.child(`conv${at + 1}`);
    const halving = { channels: features, kernel: 4, stride: 2, padding: 1 };
    const y =
      normalise && at > 0
        ? instanceNorm(layer.child("norm"), conv2d(layer, h, { ...halving, ...normalised }))
        : conv2d(layer, h, halving);
    return leakyRelu(y, slope);
  }, x);
}

/** How real each patch is, before any sigmoid: [B, F, h, w] → [B, 1, h, w] */
export const patchRealness = (scope: Scope, features: Tensor, bias = true): Tensor =>
  conv2d(scope, features, { channels: 1, kernel: 3, padding: 1, bias });

/**
 * @throws ConfigError when a discriminator halves the images to nothing, or to the single position that
 *   normalisation makes constant
 */
export function requireJudgeable(
  id: string,
  { channels, normalise }: Pick<PatchFeaturesOptions, "channels" | "normalise">,
  { height, width }: ImageShape,
): void {
  const least = normalise && channels.length > 1 ? 2 : 1;
  const most = Math.floor(Math.log2(Math.min(height, width) / least));
  if (channels.length <= most) return;
  throw new ConfigError(
    `${id}: images of ${height}×${width} cannot be halved ${channels.length} times by the discriminator; list at most ${most} patches`,
  );
}
