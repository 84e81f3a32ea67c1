import { DataError } from "../core/errors.js";
import { innerProducts, TILE } from "../core/inner-products.js";
import { type Accumulator, Measured } from "./accumulator.js";
import type { FeatureBatch } from "./features.js";
import { nuclearNorm } from "./linear-algebra/nuclear-norm.js";
import {
  type SemidefiniteFactor,
  semidefiniteFactor,
} from "./linear-algebra/semidefinite-factor.js";
import { FeatureMoments, type Moments } from "./moments.js";

export interface FrechetDistance {
  /** From 0, in squared units of the features; 0 between sets of equal moments. */
  readonly value: number;
  /** The part of it that is due to the means, ‖μ₁ − μ₂‖². */
  readonly ofMeans: number;
  /**
   * A set has no more images than features: its covariance is singular and the value mostly bias. The
   * distance extrapolated to infinitely many images is of more use then.
   */
  readonly tooFewImages: boolean;
}

/**
 * Fréchet distance of two Gaussians with the moments of two sets,
 * ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½). With the features of Inception-v3 it is the FID.
 *
 * The estimate is biased upwards by about 1 / count: only values from equal counts can be compared, and
 * two halves of the real set do not have 0 either. It sees means and covariances only, and a set of
 * copies of the training images scores best of all.
 *
 * The trace of the root is the sum of the singular values of F₁ᵀ F₂ for any factors Σ = F Fᵀ. So no
 * square root of a matrix is taken, singular covariances need no offset, and an eigenvalue of 0 costs no
 * digits as it does where the root of a product is taken. Directions whose variance is below
 * width · 2⁻⁵² of the largest count as constant: each may cost 2⁻²⁵ · √width of the largest variance.
 *
 * @throws DataError when the widths differ
 * @source Dowson & Landau 1982, doi:10.1016/0047-259X(82)90077-X; Heusel et al. 2017, arXiv:1706.08500,
 *         equation 6
 */
export function frechetDistance(real: Moments, fake: Moments): FrechetDistance {
  const n = real.mean.length;
  if (fake.mean.length !== n) {
    throw new DataError(`features of width ${n} cannot be compared with width ${fake.mean.length}`);
  }
  let ofMeans = 0;
  let traces = 0;
  for (let i = 0; i < n; i++) {
    ofMeans += (real.mean[i] - fake.mean[i]) ** 2;
    traces += real.covariance[i * n + i] + fake.covariance[i * n + i];
  }
  const factors = [real, fake].map(({ covariance }) => semidefiniteFactor(covariance, n));
  const ofCovariances = traces - 2 * traceOfRoot(factors[0], factors[1], n);
  return {
    // Rounding may leave a little less than nothing.
    value: ofMeans + Math.max(0, ofCovariances),
    ofMeans,
    tooFewImages: Math.min(real.count, fake.count) <= n,
  };
}

/**
 * Gathers generated images against the moments of the real ones.
 *
 * @throws ConfigError when the width of the real features is 0
 */
export const frechetDistanceTo = (real: Moments): Accumulator<FeatureBatch, FrechetDistance> =>
  new Measured(new FeatureMoments(real.mean.length), (fake) => frechetDistance(real, fake));

/** tr (A^½ B A^½)^½ = ‖F_Aᵀ F_B‖ in the nuclear norm. */
function traceOfRoot(a: SemidefiniteFactor, b: SemidefiniteFactor, n: number): number {
  const [wide, narrow] = a.rank >= b.rank ? [a, b] : [b, a];
  const { pivots } = wide;
  const left = { values: transposed(wide, pivots, n), n };
  const right = { values: transposed(narrow, pivots, n), n };
  const product = new Float64Array(wide.rank * narrow.rank);
  const tile = new Float64Array(TILE * TILE);
  for (let row = 0; row < wide.rank; row += TILE) {
    const rows = Math.min(row + TILE, wide.rank);
    for (let column = 0; column < narrow.rank; column += TILE) {
      const columns = Math.min(column + TILE, narrow.rank);
      // In the order of the pivots a column of the factor is 0 above its own row.
      innerProducts(left, [row, rows], right, [column, columns], [row, n], tile);
      for (let i = row; i < rows; i++) {
        const from = (i - row) * TILE;
        product.set(tile.subarray(from, from + columns - column), i * narrow.rank + column);
      }
    }
  }
  return nuclearNorm(product, wide.rank, narrow.rank);
}

/** [rank, n] the columns of a factor, with their elements in the given order of rows. */
function transposed({ values, rank }: SemidefiniteFactor, order: Uint32Array, n: number) {
  const columns = new Float64Array(rank * n);
  for (let k = 0; k < n; k++) {
    const row = order[k] * n;
    for (let column = 0; column < rank; column++) columns[column * n + k] = values[row + column];
  }
  return columns;
}
