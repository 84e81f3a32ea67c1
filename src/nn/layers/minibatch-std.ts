import { ShapeError } from "../../tensor/errors.js";
import { add, sqrt } from "../../tensor/ops/elementwise.js";
import { broadcastTo, concat, reshape } from "../../tensor/ops/rearrange.js";
import { mean, variance } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { axisLength } from "./axis-length.js";

export interface MinibatchStdOptions {
  /** Images per group; 4 by default, at most the batch. `batch` makes it one group. */
  readonly group?: number | "batch";
}

/** Added to the variance. */
const EPS = 1e-8;

/**
 * Minibatch standard deviation: appends a channel that tells a discriminator how much the images of
 * a group differ. Its value is their standard deviation, averaged over channels and positions.
 *
 * Images n, n + B/G, n + 2·B/G … form a group of G.
 *
 * @param x  [B, C, H, W] or [B, C]; only a group of the whole batch may be symbolic
 * @returns  [B, C + 1, H, W] or [B, C + 1]
 * @throws ShapeError when the batch is symbolic or the groups do not divide it
 * @source Karras, Aila, Laine & Lehtinen 2018, arXiv:1710.10196, section 3
 */
export function minibatchStd(x: Tensor, options: MinibatchStdOptions = {}): Tensor {
  if (options.group === "batch") {
    const spread = mean(sqrt(add(variance(x, 0, true), EPS)));
    return concat([x, broadcastTo(spread, [x.shape[0], 1, ...x.shape.slice(2)])], 1);
  }
  const batch = axisLength("minibatchStd", x, 0);
  const group = Math.min(options.group ?? 4, batch);
  if (!Number.isInteger(group) || group < 1 || batch % group !== 0) {
    throw new ShapeError("minibatchStd", `groups of ${group} do not divide ${batch} images`, [
      x.shape,
    ]);
  }
  const groups = batch / group;
  const std = sqrt(add(variance(reshape(x, [group, groups, -1]), 0), EPS));
  const [, , ...size] = x.shape;
  const ones = size.map(() => 1);
  const average = reshape(mean(std, 1), [1, groups, 1, ...ones]);
  const channel = reshape(broadcastTo(average, [group, groups, 1, ...size]), [batch, 1, ...size]);
  return concat([x, channel], 1);
}
