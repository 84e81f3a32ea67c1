import { noiseOf, signalOf } from "../noise-level.js";
import { combine } from "../samplers/arithmetic.js";
import type { Denoise, StepVariance } from "../samplers/index.js";
import { decoderNats, priorNats, stepNats } from "./terms.js";

/** Images to bound −log p of, and what their bound needs. */
export interface Bounded {
  readonly denoise: Denoise;
  /** [N] values in [−1, 1] of all images in a row. */
  readonly x0: Float64Array;
  /** Number of values of an image. */
  readonly size: number;
  /** Number of evenly spaced values that a pixel can have; null for a density of real ones. */
  readonly levels: number | null;
  /** Noise levels of steps 0 … T. */
  readonly sigmas: Float64Array;
  readonly variance: StepVariance;
  /** [N] standard normal numbers for step 1 … T. */
  noise(step: number): Float64Array;
  onStep?(done: number): void;
}

/**
 * An upper bound on −log p(x₀) of each image, with all T terms: the prior's, one for each step, and the
 * decoder's. Its expectation over the noise is the negative evidence lower bound.
 *
 * @returns  [images] nats; of a density on [−1, 1] where `levels` is null
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equations 5 and 13
 */
export async function variationalBound(bounded: Bounded): Promise<Float64Array> {
  const { denoise, x0, size, levels, sigmas, variance, noise, onStep } = bounded;
  const last = sigmas.length - 1;
  const images = Array.from({ length: x0.length / size }, (_, image) =>
    x0.subarray(image * size, (image + 1) * size),
  );
  const nats = Float64Array.from(images, (image) => priorNats(image, sigmas[last]));
  for (let step = last; step >= 1; step--) {
    const sigma = sigmas[step];
    const z = combine(signalOf(sigma), x0, noiseOf(sigma), noise(step));
    const { denoised, share } = await denoise(z, sigma);
    for (const [at, image] of images.entries()) {
      const its = (values: Float64Array) => values.subarray(at * size, (at + 1) * size);
      const judged = { image, denoised: its(denoised), share: share && its(share) };
      nats[at] +=
        step === 1
          ? decoderNats(judged, sigmas, variance, levels)
          : stepNats(judged, sigma, sigmas[step - 1], variance);
    }
    onStep?.(last - step + 1);
  }
  return nats;
}
