import { add, div, mul, sub } from "../../tensor/ops/elementwise.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { BatchLevels } from "./levels-of-a-batch.js";

/** What a network predicts of a state z = α·x₀ + s·ε. */
interface Prediction {
  /** What it should predict: [B, C, H, W]. */
  target(x0: Tensor, eps: Tensor, levels: BatchLevels): Tensor;
  /** D, the estimate of x₀, that a prediction amounts to: [B, C, H, W]. */
  denoised(z: Tensor, predicted: Tensor, levels: BatchLevels): Tensor;
  /** By how much the prediction changes with D where z is fixed: an error of D times this is its error. */
  slope(levels: BatchLevels): Tensor;
}

export const predictionNames = ["eps", "x0", "v", "flow"] as const;
export type PredictionName = (typeof predictionNames)[number];

/** The four parameterisations of one denoiser D(z; σ). */
export const predictions: Readonly<Record<PredictionName, Prediction>> = {
  /** The noise. @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 12 */
  eps: {
    target: (_, eps) => eps,
    denoised: (z, eps, { alpha, spread }) => div(sub(z, mul(spread, eps)), alpha),
    slope: ({ alpha, spread }) => div(alpha, spread),
  },
  /** The image itself. */
  x0: {
    target: (x0) => x0,
    denoised: (_, x0) => x0,
    slope: () => constant(1),
  },
  /** α·ε − s·x₀. @source Salimans & Ho 2022, arXiv:2202.00512, appendix D */
  v: {
    target: (x0, eps, { alpha, spread }) => sub(mul(alpha, eps), mul(spread, x0)),
    denoised: (z, v, { alpha, spread }) => sub(mul(alpha, z), mul(spread, v)),
    slope: ({ spread }) => div(1, spread),
  },
  /** ε − x₀, the velocity of a straight path. @source Lipman et al. 2023, arXiv:2210.02747, equation 21 */
  flow: {
    target: (x0, eps) => sub(eps, x0),
    denoised: (z, u, { alpha, spread }) => div(sub(z, mul(spread, u)), add(alpha, spread)),
    slope: ({ alpha, spread }) => div(add(alpha, spread), spread),
  },
};
