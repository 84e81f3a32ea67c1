import { dense, timestepEmbedding } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { silu } from "../../../tensor/ops/activation.js";
import { add, clip, log, mul } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Bounds of ln σ that the embedding tells apart. */
const LARGEST_LOG = 8;

interface LevelEmbeddingOptions {
  /** Sines and cosines, an even number of at least 4. */
  readonly waves: number;
  /** Length of the embedding. */
  readonly features: number;
}

/**
 * An embedding of noise levels, by ln σ on a scale from 0 to 1,000.
 *
 * @param sigma  [B] in [0, ∞]
 * @returns      [B, features]
 */
export function levelEmbedding(
  scope: Scope,
  sigma: Tensor,
  { waves, features }: LevelEmbeddingOptions,
): Tensor {
  const bounded = clip(log(clip(sigma, 1e-6, 1e6)), -LARGEST_LOG, LARGEST_LOG);
  const time = mul(add(bounded, LARGEST_LOG), 1000 / (2 * LARGEST_LOG));
  const angles = timestepEmbedding(time, { features: waves });
  const hidden = silu(dense(scope.child("hidden"), angles, { features }));
  return dense(scope.child("out"), hidden, { features });
}
