import { add, cos, mul, sin, sqrt, square } from "../../../../tensor/ops/elementwise.js";
import { concat, sliceAxis } from "../../../../tensor/ops/rearrange.js";
import { sum } from "../../../../tensor/ops/reduction.js";
import type { Prior } from "./prior.js";

/** N(0, I). Regions are sectors of the plane of the first two numbers. */
export const normalPrior: Prior = {
  describes: "standard normal; regions are sectors of the first two numbers",
  draw(scope, { count, length, place, temperature }) {
    const noise = mul(scope.noise("prior", [count, length], "normal"), temperature);
    if (length === 1) return noise;
    // The length of two normal numbers, at a uniform angle, is that of a point of the same distribution.
    const first = sliceAxis(noise, 1, { start: 0, end: 2 });
    // Twice the smallest normal float: the gradient and the root stay finite at 0.
    const radius = sqrt(add(sum(square(first), 1, true), 1e-30));
    const angle = mul(place, 2 * Math.PI);
    const turned = [mul(radius, cos(angle)), mul(radius, sin(angle))];
    if (length === 2) return concat(turned, 1);
    return concat([...turned, sliceAxis(noise, 1, { start: 2 })], 1);
  },
};
