import { type Corruption, corrupt, levelProblem } from "../../nn/corruption.js";
import type { Scope } from "../../nn/scope.js";
import { add, clip, mul, sub } from "../../tensor/ops/elementwise.js";
import { broadcastTo } from "../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { AnnotationTensors } from "../annotations.js";
import type { LevelDenoise } from "../capability.js";
import { ConfigError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { joinBatches, overImages, toImages, valuesOf } from "./batches.js";

export interface DenoiseOptions extends WorkOptions {
  /**
   * Standard deviation of the noise in units of a pixel in [0, 1]. A model that must know it needs
   * it; others take no notice.
   */
  readonly sigma?: number | undefined;
}

/** Whether a model removes noise only where it is told its level. */
export const needsNoiseLevel = (model: LoadedModel): boolean =>
  typeof requireCapability(model, "denoise") !== "function";

/**
 * Removes the noise of images.
 *
 * @param source  noisy images, whose pixels may leave [0, 1]
 * @throws UnavailableError when the model cannot denoise
 * @throws ConfigError when the model needs the level of the noise, and it is missing or not above 0
 */
export async function denoise(
  model: LoadedModel,
  source: ImageSource,
  { sigma, ...options }: DenoiseOptions = {},
): Promise<Images> {
  const capability = requireCapability(model, "denoise");
  const [name, trace] =
    typeof capability === "function"
      ? (["denoise", capability] as const)
      : ([`denoise.${sigma}`, atLevel(capability, requireSigma(model, sigma))] as const);
  const batches = overImages(model, source, options, name, trace);
  return toImages(model, await joinBatches(valuesOf(batches)));
}

/** Brings noisy pixels in [0, 1] to the scale of a denoiser, and back. */
const atLevel =
  ({ trace }: LevelDenoise, sigma: number) =>
  (scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors): Tensor => {
    const signed = 2 * sigma;
    const noisy = mul(sub(mul(pixelsUnit, 2), 1), 1 / Math.hypot(1, signed));
    const sigmas = broadcastTo(constant(signed), [pixelsUnit.shape[0]]);
    return clip(mul(add(trace(scope, noisy, sigmas, annotations), 1), 0.5), 0, 1);
  };

function requireSigma({ definition }: LoadedModel, sigma: number | undefined): number {
  if (sigma !== undefined && sigma > 0 && Number.isFinite(sigma)) return sigma;
  throw new ConfigError(
    `${definition.id} must be told the standard deviation of the noise, a number > 0` +
      (sigma === undefined ? "" : `, not ${sigma}`),
  );
}

/**
 * Damages images, to see how well a model repairs them. Gaussian noise is not clipped.
 *
 * @throws ConfigError when the level is out of range
 */
export async function corruptImages(
  model: LoadedModel,
  source: ImageSource,
  corruption: Corruption,
  options: WorkOptions & { readonly seed?: number } = {},
): Promise<Images> {
  requireLevel(corruption);
  const name = `corrupt.${corruption.kind}.${corruption.level}`;
  const batches = overImages(model, source, options, name, (scope, pixelsUnit) =>
    corrupt(scope, pixelsUnit, corruption),
  );
  return toImages(model, await joinBatches(valuesOf(batches)));
}

/** @throws ConfigError when a corruption's level is out of range */
export function requireLevel(corruption: Corruption, prefix = ""): void {
  const problem = levelProblem(corruption);
  if (problem !== undefined) throw new ConfigError(prefix + problem);
}
