import { ShapeError } from "../../tensor/errors.js";
import { cos, mul, sin } from "../../tensor/ops/elementwise.js";
import { concat, expandDims } from "../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../tensor/tensor.js";

export interface TimestepEmbeddingOptions {
  /** Even, at least 4. */
  readonly features: number;
  /** Longest wavelength divided by 2π; 10,000 by default. */
  readonly maxPeriod?: number;
}

/**
 * Sinusoidal embedding of diffusion time: sines, then cosines, of t at frequencies that fall
 * geometrically from 1 to 1 / maxPeriod.
 *
 * @param t  [B] steps as floats, not necessarily whole
 * @returns  [B, features]
 * @throws ShapeError when t is not a vector, or the features are odd or fewer than 4
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, appendix B and code, after Vaswani et al. 2017,
 *         arXiv:1706.03762, section 3.5
 */
export function timestepEmbedding(t: Tensor, options: TimestepEmbeddingOptions): Tensor {
  const { features, maxPeriod = 10_000 } = options;
  if (!Number.isInteger(features) || features < 4 || features % 2 !== 0) {
    throw new ShapeError("timestepEmbedding", `${features} features are not even and at least 4`);
  }
  const half = features / 2;
  const rates = Float64Array.from(
    { length: half },
    (_, index) => maxPeriod ** (-index / (half - 1)),
  );
  return sinesAndCosines("timestepEmbedding", t, constant(rates, [half], t.dtype));
}

/** [B, 2·R] sin(t·rate), then cos(t·rate), for t [B] and rates [R]. */
export function sinesAndCosines(layer: string, t: Tensor, rates: Tensor): Tensor {
  if (t.shape.length !== 1) throw new ShapeError(layer, "needs a vector", [t.shape]);
  const angles = mul(expandDims(t, 1), rates);
  return concat([sin(angles), cos(angles)], 1);
}
