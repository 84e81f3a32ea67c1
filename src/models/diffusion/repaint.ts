import { noiseOf, signalOf } from "./noise-level.js";
import { combine } from "./samplers/arithmetic.js";
import { posteriorOf } from "./samplers/ddpm.js";
import type { Denoise } from "./samplers/index.js";

/** Images to complete. */
export interface Completion {
  readonly denoise: Denoise;
  /** [N] values in [−1, 1] of all images in a row; those that are not given are ignored. */
  readonly x0: Float64Array;
  /** Whether a value is given, by its place in the row. */
  isGiven(at: number): boolean;
  /** Falling noise levels, the last 0. */
  readonly sigmas: readonly number[];
  /** Passes over each step; more than one harmonises the given values with the others. */
  readonly passes: number;
  /** [N] standard normal numbers, times the temperature: new ones for each number. */
  noise(draw: number): Float64Array;
  onStep?(done: number): void;
}

/**
 * Fills in values by ancestral sampling in which the given ones follow their own noisy versions. After
 * each pass but the last over a step, the states go back up by fresh noise.
 *
 * @returns  [N] values, the given ones as they were
 * @source Lugmayr et al. 2022, arXiv:2201.09865, algorithm 1, with jumps of one step
 */
export async function repaint(completion: Completion): Promise<Float64Array> {
  const { denoise, x0, isGiven, sigmas, passes, noise, onStep } = completion;
  let draws = 0;
  const fresh = () => noise(draws++);
  let z = fresh();
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { fromZ, fromImage, variance, stepVariance } = posteriorOf(from, to);
    for (let pass = 1; pass <= passes; pass++) {
      const { denoised } = await denoise(z, from);
      const mean = combine(fromZ, z, fromImage, denoised);
      const drawn = to === 0 ? mean : combine(1, mean, Math.sqrt(variance), fresh());
      const given = to === 0 ? x0 : combine(signalOf(to), x0, noiseOf(to), fresh());
      z = drawn.map((value, at) => (isGiven(at) ? given[at] : value));
      if (to === 0) break;
      if (pass < passes) {
        z = combine(Math.sqrt(1 - stepVariance), z, Math.sqrt(stepVariance), fresh());
      }
    }
    onStep?.(step + 1);
  }
  return z;
}
