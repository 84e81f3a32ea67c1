import { ShapeError } from "../../tensor/errors.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { scaleChannels, standardise } from "./normalise.js";

export interface GroupNormOptions {
  readonly groups: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether there are a learned weight and bias, a channel each; true by default. */
  readonly affine?: boolean;
}

/**
 * Group normalisation: each item's channels are normalised in groups, over positions too.
 *
 * @param x  [N, C] or [N, C, H, W]
 * @throws ShapeError when the groups do not divide the channels
 * @source Wu & He 2018, arXiv:1803.08494
 */
export function groupNorm(scope: Scope, x: Tensor, options: GroupNormOptions): Tensor {
  const { groups, eps = 1e-5, affine = true } = options;
  const channels = axisLength("groupNorm", x, 1);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ShapeError("groupNorm", `${groups} groups do not divide ${channels} channels`, [
      x.shape,
    ]);
  }
  const { y } = standardise(reshape(x, [x.shape[0], groups, -1]), [2], eps);
  const normalised = reshape(y, x.shape);
  return affine ? scaleChannels(scope, normalised, channels) : normalised;
}
