import type { Batch } from "../../../core/batch.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, square, sub } from "../../../tensor/ops/elementwise.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { augmented } from "../augmentation.js";
import { varianceLoss } from "../learned-variance.js";
import { diffuse, levelsOf } from "../levels-of-a-batch.js";
import { predictions } from "../predictions.js";
import type { Schedule } from "../schedules/index.js";
import { predictionWeight } from "../weightings.js";
import { conditionOf, someHidden } from "./condition.js";
import { predict } from "./denoiser.js";
import type { Design } from "./design.js";

/** What a loss is computed for. */
export interface Learned {
  readonly schedule: Schedule;
  readonly design: Design;
  /** Number of evenly spaced values that a pixel can have; null for real ones. */
  readonly levels: number | null;
}

/** Errors of a prediction at one noise level an image. */
interface DenoisingLoss {
  /** [B] weighted squared error, mean over the pixels; with a learned variance its bound, too. */
  readonly loss: Tensor;
  /** [B] squared error without a weight, and the bound's term in bits per pixel. */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** Weight of the bound's term of all steps, where the variance is learned, for 1,000 of them. */
const BOUND_WEIGHT = 1e-3;

/**
 * The squared error of the prediction at a noise level drawn for each image. A learned variance adds its
 * term of the bound.
 *
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 14, for any prediction and weighting; Nichol &
 *         Dhariwal 2021, arXiv:2102.09672, equation 16
 */
export function denoisingLoss(
  scope: Scope,
  { pixelsUnit, annotations }: Batch,
  { schedule, levels: grey, design }: Learned,
): DenoisingLoss {
  const { config } = design;
  const prediction = predictions[config.prediction];
  const noise = scope.child("diffusion");
  const { sigma, step } = schedule.draw(noise, pixelsUnit.shape[0]);
  const levels = levelsOf(sigma);
  const clean = sub(mul(pixelsUnit, 2), 1);
  const changed =
    scope.training && config.augmentation > 0
      ? augmented(noise.child("augmentation"), clean, config.augmentation)
      : undefined;
  const x0 = changed?.images ?? clean;
  const eps = noise.noise("eps", x0.shape, "normal");
  const z = diffuse(x0, eps, levels);
  const known = conditionOf(annotations, design);
  const told = scope.training ? someHidden(noise, known, design) : known;
  const condition = { ...told, ...(changed && { changes: changed.changes }) };
  const { prediction: predicted, share } = predict(scope, z, sigma, condition, design);
  const error = square(sub(predicted, prediction.target(x0, eps, levels)));
  const weight = predictionWeight(config.weighting, prediction.slope(levels), levels, config);
  const loss = mean(mul(error, weight), [1, 2, 3]);
  const squaredError = mean(error, [1, 2, 3]);
  if (share === undefined || step === undefined) return { loss, metrics: { squaredError } };
  const boundBits = varianceLoss({
    x0,
    denoised: prediction.denoised(z, predicted, levels),
    share,
    step,
    sigmas: schedule.sigmas,
    levels: grey,
  });
  const all = config.steps * BOUND_WEIGHT;
  return { loss: add(loss, mul(boundBits, all)), metrics: { squaredError, boundBits } };
}
