import { stream } from "../../runtime/random.js";
import { pixelsPerImage } from "../batch.js";
import { ConfigError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { requireWhole } from "../missing-pixels.js";
import { batchInputs } from "../state.js";
import {
  annotationsRead,
  batchSizeOf,
  consecutive,
  imageReader,
  joinBatches,
  requireCount,
  requirePixels,
  runInBatches,
  toImages,
  wholeOnly,
} from "./batches.js";
import { noisyInputs } from "./table.js";

export interface DenoiseOptions extends WorkOptions {
  /** Standard deviation of the noise to add to pixels in [−1, 1]; a number > 0. */
  readonly sigma: number;
  readonly seed?: number;
}

/** Images with noise and without. */
export interface Denoised {
  /** [N, C, H, W] z = (x₀ + σ·ε) / √(1 + σ²), with x₀ in [−1, 1]. */
  readonly noisy: Float32Array;
  /** [N, C, H, W] the model's estimates of x₀. */
  readonly pixelsSigned: Float32Array;
  /** The estimates as images in [0, 1]. */
  readonly images: Images;
}

/**
 * Adds noise to images and removes it again by the model.
 *
 * @throws UnavailableError when the model cannot denoise
 * @throws ConfigError when the noise level is out of range, or there are no images
 * @throws DataError when an image lacks pixels or an annotation that the model reads
 */
export async function denoise(
  model: LoadedModel,
  source: ImageSource,
  options: DenoiseOptions,
): Promise<Denoised> {
  const trace = requireCapability(model, "denoise");
  const { sigma, seed = 0 } = options;
  const { count } = source;
  requireCount("the number of images", count);
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new ConfigError(`the noise level must be a number > 0, not ${sigma}`);
  }
  requireWhole(source, "show", wholeOnly(model));
  const program = await model.program("denoise", (scope) => {
    const { pixelsUnit, annotations } = batchInputs(model.data);
    return { pixelsSigned: trace(scope, ...noisyInputs(pixelsUnit), annotations) };
  });
  const read = imageReader(model, source, annotationsRead(program));
  const length = pixelsPerImage(model.data);
  const noisy = new Float32Array(count * length);
  const scale = 1 / Math.hypot(1, sigma);
  const feeds = async (first: number, size: number) => {
    const { pixelsUnit, annotations } = await read(consecutive(first, size));
    requirePixels(model, source, first, pixelsUnit);
    const eps = new Float64Array(size * length);
    stream(seed, "denoise").normal(eps, first * length);
    const states = pixelsUnit.map((pixel, at) => scale * (2 * pixel - 1 + sigma * eps[at]));
    noisy.set(states, first * length);
    return { noisy: states, sigma: new Float32Array(size).fill(sigma), ...annotations };
  };
  const run = { batchSize: batchSizeOf(program), ...options, count, feeds };
  const pixelsSigned = await joinBatches(runInBatches(model, program, run));
  const pixelsUnit = pixelsSigned.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
  return { noisy, pixelsSigned, images: toImages(model, pixelsUnit) };
}
