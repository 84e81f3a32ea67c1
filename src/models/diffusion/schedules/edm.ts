import { add, exp, mul } from "../../../tensor/ops/elementwise.js";
import { karrasRamp } from "../spacing.js";
import type { Schedule } from "./schedule.js";

/** Mean and standard deviation of ln σ in training. */
const [MEAN, STD] = [-1.2, 1.2];
const [LEAST, MOST] = [0.002, 80];

/**
 * Trains at log-normal noise levels; the steps are spaced as in its sampler, from 0.002 to 80.
 *
 * @source Karras et al. 2022, arXiv:2206.00364, equation 5 and table 1
 */
export function edmSchedule(steps: number): Schedule {
  return {
    sigmas: Float64Array.from([...karrasRamp(steps, LEAST, MOST), 0]).reverse(),
    draw: (scope, count) => ({
      sigma: exp(add(mul(scope.noise("level", [count], "normal"), STD), MEAN)),
    }),
  };
}
