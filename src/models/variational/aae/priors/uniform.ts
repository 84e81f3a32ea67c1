import { add, maximum, minimum, mul, sub } from "../../../../tensor/ops/elementwise.js";
import { concat } from "../../../../tensor/ops/rearrange.js";
import type { Prior } from "./prior.js";

/** Uniform on [−1, 1] in each number. Regions are slices of the first. */
export const uniformPrior: Prior = {
  describes: "uniform on [−1, 1] in each number; regions are slices of the first",
  draw(scope, { count, length, place, middle, regions, temperature }) {
    const spread = mul(sub(place, middle), temperature);
    // A spread of more than 1 does not leave the class's slice.
    const reach = 0.5 / regions;
    const kept = regions === 0 ? spread : maximum(minimum(spread, reach), -reach);
    const first = sub(mul(add(middle, kept), 2), 1);
    if (length === 1) return first;
    const centred = sub(scope.noise("prior", [count, length - 1], "uniform"), 0.5);
    return concat([first, mul(centred, mul(temperature, 2))], 1);
  },
};
