import { ShapeError } from "../../tensor/errors.js";
import { mul } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import { normalValues } from "../initialisers.js";
import type { Scope } from "../scope.js";
import { sinesAndCosines } from "./timestep-embedding.js";

export interface FourierEmbeddingOptions {
  /** Even. */
  readonly features: number;
  /** Standard deviation of the frequencies; 16 by default. */
  readonly std?: number;
}

/**
 * Random Fourier features of a number, such as a logarithmic noise level: sines, then cosines, of
 * 2πft. The frequencies f (buffer `frequencies`) are drawn once from N(0, std²) and never trained.
 *
 * @param t  [B]
 * @returns  [B, features]
 * @throws ShapeError when t is not a vector or the features are odd
 * @source Tancik et al. 2020, arXiv:2006.10739, equation 5; std of Song et al. 2021, arXiv:2011.13456,
 *         appendix C.2
 */
export function fourierEmbedding(
  scope: Scope,
  t: Tensor,
  options: FourierEmbeddingOptions,
): Tensor {
  const { features, std = 16 } = options;
  if (!Number.isInteger(features) || features < 2 || features % 2 !== 0) {
    throw new ShapeError("fourierEmbedding", `${features} features are not even and positive`);
  }
  const frequencies = scope.buffer("frequencies", [features / 2], normalValues(std));
  return sinesAndCosines("fourierEmbedding", t, mul(frequencies, 2 * Math.PI));
}
