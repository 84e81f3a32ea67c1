import { add, div, minimum, mul, square } from "../../tensor/ops/elementwise.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { BatchLevels } from "./levels-of-a-batch.js";

export const weightingNames = ["uniform", "min-snr", "soft-min-snr", "edm"] as const;
export type WeightingName = (typeof weightingNames)[number];

export interface WeightingOptions {
  /** γ of the two min-SNR weightings. */
  readonly gamma: number;
  /** σ_data of the EDM weighting: the standard deviation of pixels in [−1, 1]. */
  readonly sigmaData: number;
}

type Weight = (levels: BatchLevels, options: WeightingOptions) => Tensor;

/** SNR = α² / s² = 1 / σ². */
const snr = ({ alpha, spread }: BatchLevels): Tensor => square(div(alpha, spread));

/** Weights of ‖x₀ − D‖². */
const denoisingWeights: Readonly<Record<Exclude<WeightingName, "uniform">, Weight>> = {
  /** min(SNR, γ). @source Hang et al. 2023, arXiv:2303.09556, section 3.4 */
  "min-snr": (levels, { gamma }) => minimum(snr(levels), gamma),
  /** γ·SNR / (γ + SNR). @source Crowson et al. 2024, arXiv:2401.11605, section 4.4: 1 / (σ² + 1/γ) */
  "soft-min-snr": (levels, { gamma }) => {
    const ratio = snr(levels);
    return div(mul(ratio, gamma), add(ratio, gamma));
  },
  /** (σ² + σ_data²) / (σ·σ_data)². @source Karras et al. 2022, arXiv:2206.00364, table 1 */
  edm: (levels, { sigmaData }) => add(snr(levels), 1 / sigmaData ** 2),
};

/**
 * Weight of the squared error of a prediction; `uniform` leaves that error as it is.
 *
 * @param slope  how the prediction changes with D, `predictions[…].slope(levels)`
 * @returns      [B, 1, 1, 1], or a scalar where all weigh the same
 */
export function predictionWeight(
  weighting: WeightingName,
  slope: Tensor,
  levels: BatchLevels,
  options: WeightingOptions,
): Tensor {
  if (weighting === "uniform") return constant(1);
  return div(denoisingWeights[weighting](levels, options), square(slope));
}
