/** The denoiser of images at one noise level, and how it moves with them. */
export interface DenoisedAlong {
  /** [N] D(x; σ) */
  readonly denoised: Float64Array;
  /** [N] the probe's product with the derivative of D by x: vᵀ·∂D/∂x */
  readonly pulled: Float64Array;
}

/** Images to follow to noise, and what that needs. */
export interface Followed {
  /**
   * @param x      [N] noisy images x₀ + σ·ε, all in a row
   * @param probe  [N] v
   */
  denoise(x: Float64Array, sigma: number, probe: Float64Array): Promise<DenoisedAlong>;
  /** [N] values of all images in a row, as they are at the first noise level. */
  readonly x: Float64Array;
  /** Number of values of an image. */
  readonly size: number;
  /** Rising noise levels; at the last, images are as good as N(0, σ²·I). */
  readonly sigmas: readonly number[];
  /** [N] numbers with mean 0 and variance 1, such as random signs, the same for all steps. */
  readonly probe: Float64Array;
  onStep?(done: number): void;
}

/**
 * −log p of images at the first noise level, by following the probability-flow ODE dx/dσ = (x − D) / σ to
 * noise with Heun's method. On the way ln p changes by the divergence, (N − tr ∂D/∂x) / σ, whose trace one
 * probe estimates without bias.
 *
 * @returns  [images] nats of a density
 * @source Song et al. 2021, arXiv:2011.13456, equations 39 and 40, with the ODE of Karras et al. 2022,
 *         arXiv:2206.00364, equation 1 for σ(t) = t
 */
export async function flowNats(followed: Followed): Promise<Float64Array> {
  const { size, sigmas, probe, onStep } = followed;
  const images = followed.x.length / size;
  const slopeAt = async (x: Float64Array, sigma: number) => {
    const { denoised, pulled } = await followed.denoise(x, sigma, probe);
    const divergence = new Float64Array(images).fill(size / sigma);
    for (let at = 0; at < pulled.length; at++) {
      divergence[Math.floor(at / size)] -= (pulled[at] * probe[at]) / sigma;
    }
    return { slope: x.map((value, at) => (value - denoised[at]) / sigma), divergence };
  };
  let { x } = followed;
  const logChange = new Float64Array(images);
  let start = await slopeAt(x, sigmas[0]);
  for (let step = 1; step < sigmas.length; step++) {
    const length = sigmas[step] - sigmas[step - 1];
    const { slope, divergence } = start;
    const ahead = x.map((value, at) => value + length * slope[at]);
    const end = await slopeAt(ahead, sigmas[step]);
    x = x.map((value, at) => value + (length / 2) * (slope[at] + end.slope[at]));
    for (let image = 0; image < images; image++) {
      logChange[image] += (length / 2) * (divergence[image] + end.divergence[image]);
    }
    if (step < sigmas.length - 1) start = await slopeAt(x, sigmas[step]);
    onStep?.(step);
  }
  const last = sigmas[sigmas.length - 1];
  const constant = 0.5 * size * Math.log(2 * Math.PI * last ** 2);
  return logChange.map((change, image) => {
    const values = x.subarray(image * size, (image + 1) * size);
    const squares = values.reduce((sum, value) => sum + value ** 2, 0);
    return constant + squares / (2 * last ** 2) - change;
  });
}

/**
 * Spreads pixels of evenly spaced values over their bins, so that a density of the result bounds the
 * probability of the values: −log P(value) ≤ E[−log p], in units where a bin has length 1.
 *
 * @param pixelsUnit  values k / (L − 1) in [0, 1]
 * @param uniform     numbers in [0, 1) for each
 * @returns           2·(k + u) / L − 1, in [−1, 1)
 * @source Theis, van den Oord & Bethge 2016, arXiv:1511.01844, section 3.1
 */
export const dequantised = (
  pixelsUnit: Float32Array,
  uniform: Float64Array,
  levels: number,
): Float64Array =>
  uniform.map((u, at) => (2 * (Math.round(pixelsUnit[at] * (levels - 1)) + u)) / levels - 1);
