import { noiseOf, signalOf } from "../noise-level.js";

/** a·x + b·y of states, element by element. */
export function combine(a: number, x: Float64Array, b: number, y: Float64Array): Float64Array {
  return x.map((value, at) => a * value + b * y[at]);
}

/**
 * Moves states from one noise level to another as if D were the image: the exact solution of the
 * probability-flow ODE for a constant D, and Euler's step in x = x₀ + σ·ε.
 *
 * @param from  in (0, ∞]
 * @param to    in [0, ∞]
 * @returns     (s′/s)·z + α′·(1 − σ′/σ)·D
 * @source Lu et al. 2022, arXiv:2211.01095, equation 9 for n = 0, with e^(−h) = σ′/σ
 */
export function moveTowards(
  z: Float64Array,
  denoised: Float64Array,
  from: number,
  to: number,
): Float64Array {
  const kept = noiseOf(to) / noiseOf(from);
  return combine(kept, z, signalOf(to) - kept * signalOf(from), denoised);
}

/** The noise that an estimate leaves in states: ε = (z − α·D) / s. */
export const noiseIn = (z: Float64Array, denoised: Float64Array, sigma: number): Float64Array =>
  combine(1 / noiseOf(sigma), z, -signalOf(sigma) / noiseOf(sigma), denoised);
