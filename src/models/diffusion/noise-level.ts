/**
 * A noise level σ ∈ [0, ∞] is the standard deviation of the noise in x₀ + σ·ε. States are kept at unit
 * scale, z = α·x₀ + s·ε with α² + s² = 1, so that σ = s / α may be infinite: z is then noise alone.
 *
 * @source Karras et al. 2022, arXiv:2206.00364, section 3; unit scale as in Ho, Jain & Abbeel 2020,
 *         arXiv:2006.11239, equation 4, with ᾱ = α²
 */

/** α, the share of the image in a state: 1 / √(1 + σ²), in [0, 1]. */
export const signalOf = (sigma: number): number => 1 / Math.sqrt(1 + sigma * sigma);

/** s, the share of the noise in a state: σ / √(1 + σ²), in [0, 1]. */
export const noiseOf = (sigma: number): number => 1 / Math.sqrt(1 + 1 / (sigma * sigma));

/** σ of a state whose ᾱ = α² is given, in [0, 1]. */
export const sigmaOf = (alphaBar: number): number => Math.sqrt((1 - alphaBar) / alphaBar);
