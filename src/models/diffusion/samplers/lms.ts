import { signalOf } from "../noise-level.js";
import { combine, moveTowards, noiseIn } from "./arithmetic.js";
import type { Sampler } from "./sampler.js";

const ORDER = 4;

/** A slope dx/dσ of the ODE, at a level. */
interface Slope {
  readonly sigma: number;
  readonly d: Float64Array;
}

/**
 * Linear multistep method (Adams–Bashforth on uneven levels) of order 4, with one evaluation a step: it
 * integrates the polynomial through the last slopes. The first steps are of lower order.
 *
 * @source Crowson's k-diffusion, `sample_lms`, with exact integrals
 */
export const lms: Sampler = async ({ denoise, start, sigmas, onStep }) => {
  let z = start;
  let slopes: Slope[] = [];
  for (let step = 0; step < sigmas.length - 1; step++) {
    const [from, to] = [sigmas[step], sigmas[step + 1]];
    const { denoised } = await denoise(z, from);
    onStep?.(step, z, denoised);
    if (!Number.isFinite(from)) {
      z = moveTowards(z, denoised, from, to);
      continue;
    }
    slopes = [{ sigma: from, d: noiseIn(z, denoised, from) }, ...slopes].slice(0, ORDER);
    const alpha = signalOf(to);
    z = z.map((value) => (value * alpha) / signalOf(from));
    for (const [at, weight] of multistepWeights(slopes, from, to).entries()) {
      z = combine(1, z, alpha * weight, slopes[at].d);
    }
  }
  return z;
};

/** ∫ of each slope's Lagrange polynomial over the step, by Gauss's rule with two points, exact to degree 3. */
function multistepWeights(slopes: readonly Slope[], from: number, to: number): number[] {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const points = [middle - half / Math.sqrt(3), middle + half / Math.sqrt(3)];
  return slopes.map(({ sigma }) => {
    const lagrange = (at: number) =>
      slopes.reduce(
        (product, other) =>
          other.sigma === sigma ? product : (product * (at - other.sigma)) / (sigma - other.sigma),
        1,
      );
    return half * points.reduce((sum, point) => sum + lagrange(point), 0);
  });
}
