import type { Tensor } from "../../tensor/tensor.js";
import { zeros } from "../initialisers.js";
import type { Scope } from "../scope.js";
import { groupNorm } from "./group-norm.js";
import { type ResidualBlockOptions, residualBlock } from "./residual-block.js";
import { spatialAttention } from "./spatial-attention.js";

export interface UnetBlockOptions extends Omit<ResidualBlockOptions, "normalise"> {
  /**
   * Number of groups of the group normalisation; it must divide the channels of x and of the
   * result.
   */
  readonly groups: number;
  /** Heads of self-attention over all positions after the residual block; none by default. */
  readonly heads?: number | undefined;
}

/**
 * A block of a diffusion model's U-Net: a residual block with group normalisation, conditioned on
 * the time, and optionally self-attention, named `attention`.
 *
 * @param x  [N, in, H, W]
 * @returns  [N, channels, H', W']
 * @throws ShapeError when a size is symbolic, or the groups or heads do not divide the channels
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B
 */
export function unetBlock(scope: Scope, x: Tensor, options: UnetBlockOptions): Tensor {
  const { groups, heads, ...residual } = options;
  const normalise = (norm: Scope, h: Tensor) => groupNorm(norm, h, { groups });
  const y = residualBlock(scope, x, { ...residual, normalise });
  if (heads === undefined) return y;
  const outputInitialiser = options.zeroBranch ? zeros : undefined;
  return spatialAttention(scope.child("attention"), y, { groups, heads, outputInitialiser });
}
