import { add, cos, floor, minimum, mul, sin, sub } from "../../../../tensor/ops/elementwise.js";
import { concat, sliceAxis } from "../../../../tensor/ops/rearrange.js";
import type { Prior } from "./prior.js";

const GAUSSIANS = 10;
const RADIUS = 2;
/** Standard deviations along the radius and across it. */
const SPREAD = { along: 0.5, across: 0.2 } as const;

/**
 * Gaussians in a ring, each longer along its radius: ten, or one for each region.
 *
 * @source Makhzani et al. 2015, arXiv:1511.05644, section 2.3, figure 4
 */
export const ringPrior: Prior = {
  describes: `${GAUSSIANS} Gaussians in a ring of radius ${RADIUS}; regions are Gaussians, one each`,
  length: 2,
  draw(scope, { count, place, regions, temperature }) {
    const gaussians = regions > 0 ? regions : GAUSSIANS;
    const number = minimum(floor(mul(place, gaussians)), gaussians - 1);
    const angle = mul(add(number, 0.5), (2 * Math.PI) / gaussians);
    const noise = mul(scope.noise("prior", [count, 2], "normal"), temperature);
    const along = add(mul(sliceAxis(noise, 1, { start: 0, end: 1 }), SPREAD.along), RADIUS);
    const across = mul(sliceAxis(noise, 1, { start: 1 }), SPREAD.across);
    const [cosine, sine] = [cos(angle), sin(angle)];
    return concat(
      [sub(mul(along, cosine), mul(across, sine)), add(mul(along, sine), mul(across, cosine))],
      1,
    );
  },
};
