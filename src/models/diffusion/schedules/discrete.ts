import { add, cast, floor, minimum, mul } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { constant } from "../../../tensor/tensor.js";
import { sigmaOf } from "../noise-level.js";
import type { Schedule } from "./schedule.js";

/** A schedule of T steps that trains at all of them alike, from the levels of steps 0 … T. */
export function discreteSchedule(sigmas: Float64Array): Schedule {
  const steps = sigmas.length - 1;
  return {
    sigmas,
    draw(scope, count) {
      const uniform = scope.noise("step", [count], "uniform");
      const step = cast(add(minimum(floor(mul(uniform, steps)), steps - 1), 1), "int32");
      return { sigma: gather(constant(sigmas, [steps + 1]), step), step };
    },
  };
}

/**
 * Levels of steps 0 … T from the variance β that each step adds.
 *
 * @param betas  [T] in (0, 1]
 * @source Ho, Jain & Abbeel 2020, arXiv:2006.11239, equation 4: ᾱₜ = ∏ (1 − βₛ)
 */
export function sigmasOfBetas(betas: ArrayLike<number>): Float64Array {
  const sigmas = new Float64Array(betas.length + 1);
  let alphaBar = 1;
  for (let step = 0; step < betas.length; step++) {
    alphaBar *= 1 - betas[step];
    sigmas[step + 1] = sigmaOf(alphaBar);
  }
  return sigmas;
}
