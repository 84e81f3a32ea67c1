import type { StepVariance } from "./step-variance.js";

/**
 * Estimates the images in states of one noise level.
 *
 * @param z      [N] states at unit scale, all images in a row
 * @param sigma  their noise level, in (0, ∞]
 */
export type Denoise = (z: Float64Array, sigma: number) => Promise<Estimated>;

/** What a model says about states of one noise level. */
export interface Estimated {
  /** [N] D(z; σ) */
  readonly denoised: Float64Array;
  /** [N] share of ln β in the logarithm of a step's variance, where the model has learned it. */
  readonly share?: Float64Array | undefined;
}

/** What a sampler starts from, and what it works with. */
export interface SamplerRun {
  readonly denoise: Denoise;
  /** [N] states at the first noise level, at unit scale; see noise-level.ts. */
  readonly start: Float64Array;
  /** Noise levels to visit, falling; the first may be infinite, the last 0. */
  readonly sigmas: readonly number[];
  /** [N] standard normal numbers for a step, times the temperature. */
  noise(step: number): Float64Array;
  /** Told of each step: its number, the states before it and the estimate made of them. */
  onStep?(step: number, z: Float64Array, denoised: Float64Array): void;
}

/** Settings that only some samplers read. */
export interface SamplerSettings {
  /** Share of the ancestral sampler's noise that DDIM adds, in [0, 1]. */
  readonly eta: number;
  /** How much noise `euler` and `heun` add before their steps: S_churn of EDM, at least 0. */
  readonly churn: number;
  /** Variance of the ancestral sampler's noise. */
  readonly variance: StepVariance;
}

/** @returns  [N] states at the last noise level: images, where that is 0 */
export type Sampler = (run: SamplerRun, settings: SamplerSettings) => Promise<Float64Array>;
