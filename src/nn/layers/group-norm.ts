import { ShapeError } from "../../tensor/errors.js";
import { add, mul, square, sub } from "../../tensor/ops/elementwise.js";
import { broadcastTo, reshape } from "../../tensor/ops/rearrange.js";
import { mean } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { affineVariables, alongChannels, inverseStd } from "./normalise.js";

export interface GroupNormOptions {
  readonly groups: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether each channel has a learned weight and bias; true by default. */
  readonly affine?: boolean;
}

/**
 * Group normalisation: normalises each group of channels of each item, over positions too.
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
  const rank = x.shape.length;
  const positions = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]));
  // Reduce per channel first: images stored channel by channel then need no reordering.
  const groupMean = (values: Tensor) => {
    const channelMeans = mean(values, positions, true);
    const grouped = reshape(channelMeans, [x.shape[0], groups, channels / groups]);
    return reshape(broadcastTo(mean(grouped, 2, true), grouped.shape), channelMeans.shape);
  };
  const centred = sub(x, groupMean(x));
  const scale = inverseStd(groupMean(square(centred)), eps);
  if (!affine) return mul(centred, scale);
  const { weight, bias } = affineVariables(scope, [channels]);
  const weighted = mul(scale, alongChannels(weight, rank));
  return add(mul(centred, weighted), alongChannels(bias, rank));
}

/** The most groups, up to `most`, that divide the channels evenly. */
export function groupsDividing(channels: number, most: number): number {
  for (let groups = most; groups > 1; groups--) if (channels % groups === 0) return groups;
  return 1;
}
