import { div, sub } from "../../../tensor/ops/elementwise.js";
import type { Schedule } from "./schedule.js";

/**
 * The straight path of flow matching, xₜ = (1 − t)·x₀ + t·ε with t uniform on (0, 1]: σ = t / (1 − t).
 * The last step is noise alone.
 *
 * @source Lipman et al. 2023, arXiv:2210.02747, equation 20 with σ_min = 0 and time reversed
 */
export function flowSchedule(steps: number): Schedule {
  return {
    sigmas: Float64Array.from({ length: steps + 1 }, (_, step) => step / (steps - step)),
    draw(scope, count) {
      const before = scope.noise("time", [count], "uniform");
      return { sigma: div(sub(1, before), before) };
    },
  };
}
