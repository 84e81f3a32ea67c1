import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  activationNamed,
  batchNorm,
  conv2d,
  dense,
  groupNorm,
  groupsDividing,
  mlp,
  residualBlock,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { ClassifierConfig } from "./config.js";

/** Groups of a group normalisation at most. */
const GROUPS = 8;

/** @throws ConfigError when images are halved until nothing is left of them */
export function requireRoom({ channels }: ClassifierConfig, { height, width }: ImageShape): void {
  const halvings = channels.length - 1;
  if (2 ** halvings <= Math.min(height, width)) return;
  throw new ConfigError(
    `classifier: ${halvings} halvings are too many for images of ${height}×${width}; name fewer channels`,
  );
}

/**
 * What residual convolutions see in images, averaged over all places.
 *
 * @param pixelsUnit  [B, C, H, W]
 * @returns           [B, the last of `channels`]
 */
export function convolutions(scope: Scope, pixelsUnit: Tensor, config: ClassifierConfig): Tensor {
  const [first, ...others] = config.channels;
  const stem = conv2d(scope.child("stem"), pixelsUnit, { channels: first, kernel: 3, padding: 1 });
  const maps = others.reduce(
    (h, channels, stage) =>
      residualBlock(scope.child(`block${stage + 1}`), h, {
        channels,
        normalise: (norm, y) => normalise(norm, y, config),
        activation: activationNamed(config.activation),
        resample: "down",
      }),
    stem,
  );
  return mean(activated(scope.child("norm"), maps, config), [2, 3]);
}

const activated = (scope: Scope, h: Tensor, config: ClassifierConfig): Tensor =>
  activationNamed(config.activation)(normalise(scope, h, config));

function normalise(scope: Scope, h: Tensor, { normalisation }: ClassifierConfig): Tensor {
  if (normalisation === "batch") return batchNorm(scope, h);
  const channels = h.shape[1] as number;
  return groupNorm(scope, h, { groups: groupsDividing(channels, GROUPS) });
}

/**
 * The features: what the dense layers make of an image before the last of them.
 *
 * @param x  [B, D]
 * @returns  [B, the last of `hidden`], or x where there is no dense layer
 */
export function features(scope: Scope, x: Tensor, config: ClassifierConfig): Tensor {
  const { hidden, activation, dropout } = config;
  return mlp(scope, x, { hidden, activation, dropout });
}

/** The last layer: [B, F] → [B, K] log-probabilities up to a constant. */
export const logitsOf = (scope: Scope, h: Tensor, classes: number): Tensor =>
  dense(scope.child("logits"), h, { features: classes });
