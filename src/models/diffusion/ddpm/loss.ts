import type { Batch } from "../../../core/batch.js";
import type { Scope } from "../../../nn/scope.js";
import { mul, square, sub } from "../../../tensor/ops/elementwise.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { diffuse, levelsOf } from "../levels-of-a-batch.js";
import { predictions } from "../predictions.js";
import type { Schedule } from "../schedules/index.js";
import { predictionWeight } from "../weightings.js";
import { classesOf, type Design, predict, someHidden } from "./denoiser.js";

/** Errors of a prediction at one noise level an image. */
interface DenoisingLoss {
  /** [B] weighted squared error, mean over the pixels. */
  readonly loss: Tensor;
  /** [B] the same without a weight. */
  readonly squaredError: Tensor;
}

/**
 * The squared error of the prediction at a noise level drawn for each image.
 *
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 14, for any prediction and weighting
 */
export function denoisingLoss(
  scope: Scope,
  { pixelsUnit, annotations }: Batch,
  schedule: Schedule,
  design: Design,
): DenoisingLoss {
  const { config } = design;
  const prediction = predictions[config.prediction];
  const noise = scope.child("diffusion");
  const sigma = schedule.draw(noise, pixelsUnit.shape[0]);
  const levels = levelsOf(sigma);
  const x0 = sub(mul(pixelsUnit, 2), 1);
  const eps = noise.noise("eps", x0.shape, "normal");
  const z = diffuse(x0, eps, levels);
  const known = classesOf(annotations, design);
  const told = known && scope.training ? someHidden(noise, known, design) : known;
  const predicted = predict(scope, z, sigma, told, design);
  const error = square(sub(predicted, prediction.target(x0, eps, levels)));
  const weight = predictionWeight(config.weighting, prediction.slope(levels), levels, config);
  return { loss: mean(mul(error, weight), [1, 2, 3]), squaredError: mean(error, [1, 2, 3]) };
}
