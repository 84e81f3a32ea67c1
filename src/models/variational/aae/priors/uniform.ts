import { mul, sub } from "../../../../tensor/ops/elementwise.js";
import { concat } from "../../../../tensor/ops/rearrange.js";
import type { Prior } from "./prior.js";

/** Uniform on [−1, 1] in each number. Regions are slices of the first. */
export const uniformPrior: Prior = {
  describes: "uniform on [−1, 1] in each number; regions are slices of the first",
  draw(scope, { count, length, place, temperature }) {
    const first = sub(mul(place, 2), 1);
    if (length === 1) return first;
    const centred = sub(scope.noise("prior", [count, length - 1], "uniform"), 0.5);
    return concat([first, mul(centred, mul(temperature, 2))], 1);
  },
};
