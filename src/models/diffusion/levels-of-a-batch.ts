import { add, div, mul, sqrt, square } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";

/** α and s of each image's state, both [B, 1, 1, 1]; see noise-level.ts. */
export interface BatchLevels {
  readonly alpha: Tensor;
  readonly spread: Tensor;
}

/** @param sigma  [B] in [0, ∞] */
export function levelsOf(sigma: Tensor): BatchLevels {
  const each = reshape(sigma, [...sigma.shape, 1, 1, 1]);
  return {
    alpha: div(1, sqrt(add(square(each), 1))),
    // By 1/σ, because σ may be infinite.
    spread: div(1, sqrt(add(square(div(1, each)), 1))),
  };
}

/** z = α·x₀ + s·ε for images and noise [B, C, H, W]. */
export const diffuse = (x0: Tensor, eps: Tensor, { alpha, spread }: BatchLevels): Tensor =>
  add(mul(alpha, x0), mul(spread, eps));
