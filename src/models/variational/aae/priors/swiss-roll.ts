import { add, cos, mul, sin, sqrt } from "../../../../tensor/ops/elementwise.js";
import { concat } from "../../../../tensor/ops/rearrange.js";
import type { Prior } from "./prior.js";

/** Angles at which the spiral starts and ends; a point's radius is its angle over `scale`. */
const ROLL = { from: Math.PI / 2, to: 4.5 * Math.PI, scale: 5 } as const;
/** Standard deviation around the spiral; its arms are 2π / 5 apart. */
const SPREAD = 0.1;

/**
 * A spiral of two turns with noise, on which points are evenly dense. Regions are pieces of the spiral.
 *
 * @source Makhzani et al. 2015, arXiv:1511.05644, section 2.3, figure 4
 */
export const swissRollPrior: Prior = {
  describes: "a swiss roll of two turns; regions are pieces of the roll",
  length: 2,
  draw(scope, { count, place, temperature }) {
    // The length of a spiral grows with the square of its angle, so the root spreads points evenly.
    const squared = add(mul(place, ROLL.to ** 2 - ROLL.from ** 2), ROLL.from ** 2);
    const angle = sqrt(squared);
    const radius = mul(angle, 1 / ROLL.scale);
    const noise = mul(scope.noise("prior", [count, 2], "normal"), mul(temperature, SPREAD));
    return add(concat([mul(radius, cos(angle)), mul(radius, sin(angle))], 1), noise);
  },
};
