import { ShapeError } from "../../tensor/errors.js";
import { add } from "../../tensor/ops/elementwise.js";
import { reshape, transpose } from "../../tensor/ops/rearrange.js";
import { productOfDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import type { HeadOptions } from "./attention-heads.js";
import { groupNorm } from "./group-norm.js";
import { multiHeadAttention } from "./multi-head-attention.js";

export interface SpatialAttentionOptions extends HeadOptions {
  /** Number of groups of the group normalisation. */
  readonly groups: number;
}

/**
 * Self-attention over the positions of images, as a residual branch: x + attention(norm(x)).
 *
 * @param x  [N, C, H, W]
 * @returns  [N, C, H, W]
 * @throws ShapeError when the heads or the groups do not divide C
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B
 */
export function spatialAttention(
  scope: Scope,
  x: Tensor,
  options: SpatialAttentionOptions,
): Tensor {
  if (x.shape.length !== 4) {
    throw new ShapeError("spatialAttention", "needs [N, C, H, W]", [x.shape]);
  }
  const [batch, channels, ...size] = x.shape;
  const normalised = groupNorm(scope.child("norm"), x, { groups: options.groups });
  const positions = reshape(normalised, [batch, channels, productOfDims(size)]);
  const seen = multiHeadAttention(scope, transpose(positions, [0, 2, 1]), options);
  return add(x, reshape(transpose(seen, [0, 2, 1]), x.shape));
}
